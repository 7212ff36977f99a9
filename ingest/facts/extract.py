"""All facts that can be read from a document without a model."""

from collections.abc import Iterator

from ingest.facts.base.aligned import Aligned
from ingest.facts.base.head_and_tail import Glance, glance
from ingest.facts.bates import bates_range
from ingest.facts.captions import caption_parties
from ingest.facts.courts import Court, court
from ingest.facts.dates import agreed, decided, labelled, written
from ingest.facts.dockets import dockets
from ingest.facts.document_type import CONTRACTS, document_type
from ingest.facts.governing_law import governing_law
from ingest.facts.injections import injections
from ingest.facts.judges import judges
from ingest.facts.language import language
from ingest.facts.parties import contract_parties
from kb.domain import FACTS, Fact, Reading

_SINGLE = frozenset({"type", "date", "court", "jurisdiction", "language", "author"})
"""Of these a document has one; where its file states it, what was read gives way."""

_SAMPLE = 1_500  # characters for telling the language; more take longer and tell no more
_ORDER = {name: number for number, name in enumerate(FACTS)}


def facts(reading: Reading, name: str) -> tuple[Fact, ...]:
    """The facts of `kb.domain.FACTS` that a document or its file says, each at most once.

    `name` is the file's name, which is asked last for the kind of document. The same
    reading gives the same facts; what is not certain is left out. The time is bounded
    for any text: its beginning, its end and the clauses on governing law are read.
    """
    stated = {fact.name for fact in reading.facts}
    read = (
        Fact(name, str(value), *(value.span or ()))
        for name, value in _read(reading, name)
        if value and not (name in _SINGLE and name in stated)
    )
    found = {(fact.name, fact.value.casefold()): fact for fact in reversed((*reading.facts, *read))}
    return tuple(sorted(reversed(found.values()), key=lambda fact: _ORDER[fact.name]))


def _read(reading: Reading, name: str) -> Iterator[tuple[str, Aligned]]:
    look = glance(reading, name)
    bench = court(look.lines)
    numbers = list(dict.fromkeys(dockets(look.lines))) if bench else []
    sides = caption_parties(look) if bench else []
    in_court = bench is not None and bool(numbers or sides)
    bench_names = list(judges(look, reading.text)) if in_court else []
    kind = document_type(look, court_paper=in_court, judged=bool(bench_names))
    if look.title.span:
        yield "title", look.title
    yield "type", Aligned(kind)
    yield "bates", Aligned(bates_range(reading.pages))
    yield from (("prompt-injection", words) for words in injections(reading.text))
    middle = len(reading.text) // 2
    samples = look.head[:_SAMPLE], reading.text[middle : middle + _SAMPLE]
    yield "language", Aligned(language(*samples))
    if bench and in_court:
        yield from _of_a_case(look, bench, bench_names)
        yield from (("docket", number) for number in numbers)
        yield from (("party", side) for side in sides)
    elif kind in CONTRACTS:
        yield from _of_a_contract(look, reading, kind)
    elif kind in ("letter", "memo", "minutes"):
        yield "date", written(look)
    elif kind:
        yield "date", labelled(look)


def _of_a_case(look: Glance, bench: Court, names: list[Aligned]) -> Iterator[tuple[str, Aligned]]:
    yield "court", bench.name
    yield "jurisdiction", bench.place
    yield "date", decided(look)
    yield from (("judge", judge) for judge in names)


def _of_a_contract(look: Glance, reading: Reading, kind: str) -> Iterator[tuple[str, Aligned]]:
    letter = kind == "engagement letter"
    yield "date", (letter and written(look)) or agreed(look)
    yield from (("party", party) for party in contract_parties(look))
    yield "jurisdiction", governing_law(reading)
