"""Filters leave exactly the documents of a scope that they say."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from kb.app.bootstrap import KnowledgeBase
from kb.app.catalogue import Catalogue
from kb.domain import DocumentId, Fact, Scope, Status
from kb.domain.filters import NAMES, Filters
from kb.errors import BadRequest
from kb.search.filter_parser import filters_of, written_of
from kb.settings import Settings
from kb.store.documents.selection import Selection
from kb.store.schema.migrations import STEPS
from tests.kb.filing import Known, file_away
from tests.shelf import put


@pytest.fixture
def catalogue(settings: Settings) -> Iterator[Catalogue]:
    opened = Catalogue(settings)
    opened.library.add_matter("Harbour Road", "Aldergate Holdings")
    opened.library.add_matter("Northwind", "Northwind Ltd")
    yield opened
    opened.close()


def everything(kb: Catalogue, *, superseded: bool = False) -> Scope:
    return kb.access.scope(kb.access.local_user(), superseded=superseded)


def left(kb: Catalogue, **written: object) -> frozenset[DocumentId]:
    return Selection(kb.database).documents(filters_of(written), everything(kb, superseded=True))


@pytest.mark.parametrize(
    ("name", "value", "asked"),
    [
        pytest.param("party", "Aldergate Holdings, LLC", "Aldergate", id="a part of a name"),
        pytest.param("party", "Aldergate Holdings, LLC", "aldergate llc", id="words apart"),
        pytest.param("party", "Aldergate Holdings, L.L.C.", "holdings llc", id="initials"),
        pytest.param("party", "Smith & Wesson Corp.", "Smith and Wesson", id="an ampersand"),
        pytest.param("party", "Cobble Lane Kitchens, Inc.", "kitchens incorporated", id="a form"),
        pytest.param("party", "Société Générale", "SOCIETE", id="accents and capitals"),
        pytest.param("party", "O’Brien’s Bakery", "O'Brien", id="apostrophes"),
        pytest.param("party", "北京华夏有限公司", "华夏", id="Chinese, within a run"),
        pytest.param("party", "Acme Ltd", '"acme limited"', id="the whole, in quotes"),
        pytest.param("court", "Delaware Court of Chancery", "delaware", id="a court's place"),
        pytest.param("court", "Court of Chancery of Delaware", "Delaware Chancery", id="its order"),
        pytest.param("type", "engagement letter", "Letter", id="a wider kind"),
        pytest.param("judge", "Laster", "Vice Chancellor Laster", id="a judge with a title"),
        pytest.param("judge", "Mr Justice Mann", "mann", id="a judge without"),
        pytest.param("language", "de", "German", id="a language by name"),
        pytest.param("language", "de", "DE", id="a language by code"),
        pytest.param("author", "Ann Doyle <ann.doyle@firm.example>", "doyle", id="an author"),
        pytest.param("docket", "1:21-cv-01234-JLH", "21-cv-1234", id="a docket within"),
        pytest.param("docket", "2019-0567-JTL", "No. 2019-0567", id="a docket with a mark"),
        pytest.param("jurisdiction", "New York", "new york", id="a jurisdiction"),
        pytest.param("bates", "ABC-000100 - ABC-000150", "ABC 120", id="a page of a production"),
        pytest.param("bates", "ABC-000100 - ABC-000150", "abc000150", id="its last page"),
        pytest.param("bates", "ABC-000100 - ABC-000150", "000100", id="its first, without prefix"),
        pytest.param("bates", "ABC 0090 - ABC 0110", "ABC 105 - ABC 300", id="ranges that touch"),
        pytest.param("bates", "DEF2-0001 - DEF2-0009", "DEF2-0004", id="a prefix with a digit"),
    ],
)
def test_a_value_is_found_as_people_write_it(
    catalogue: Catalogue, name: str, value: str, asked: str
) -> None:
    [known] = file_away(catalogue, [("Northwind", {name: (value,)})])
    file_away(catalogue, [("Northwind", {"title": (value,)})])  # another fact counts nothing
    assert left(catalogue, **{name: asked}) == {known}


@pytest.mark.parametrize(
    ("name", "value", "asked"),
    [
        pytest.param("party", "Aldergate Holdings, LLC", "Alder", id="a part of a word"),
        pytest.param("party", "Aldergate Holdings, LLC", "Aldergate Bank", id="a word too many"),
        pytest.param("party", "Aldergate Holdings, LLC", '"Aldergate"', id="not the whole"),
        pytest.param("docket", "1:21-cv-01234-JLH", "21-cv-123", id="a part of a number"),
        pytest.param("docket", "1:21-cv-01234-JLH", "1-cv-21", id="numbers in another order"),
        pytest.param("bates", "ABC-000100 - ABC-000150", "ABC-000151", id="one page further"),
        pytest.param("bates", "ABC-000100 - ABC-000150", "ABC-99", id="less, though longer"),
        pytest.param("bates", "ABC-000100 - ABC-000150", "XYZ-000120", id="another prefix"),
        pytest.param("bates", "XABC-000100 - XABC-000150", "ABC-000120", id="a longer prefix"),
        pytest.param("bates", "scans of May", "000001", id="no Bates range at all"),
        pytest.param("language", "en", "de", id="another language"),
        pytest.param("party", "100% Wool_Co", "100_", id="no wild card"),
    ],
)
def test_a_value_that_is_another_is_not_found(
    catalogue: Catalogue, name: str, value: str, asked: str
) -> None:
    file_away(catalogue, [("Northwind", {name: (value.replace("100%", "1000"),)})])
    assert left(catalogue, **{name: asked}) == frozenset()


@pytest.mark.parametrize(
    ("days", "found"),
    [
        pytest.param({"after": "2019-03-01"}, "bcd", id="from a day on"),
        pytest.param({"before": "2019-03-01"}, "ab", id="up to a day"),
        pytest.param({"after": "2019-03-01", "before": "2019-03-01"}, "b", id="a day"),
        pytest.param({"after": "2019-03"}, "bcd", id="from a month on"),
        pytest.param({"before": "2019-03"}, "abc", id="up to a month's end"),
        pytest.param({"after": "2019", "before": "2019"}, "abc", id="a year"),
        pytest.param({"after": "2020"}, "d", id="from a year on"),
    ],
)
def test_days_are_included_and_periods_are_whole(
    catalogue: Catalogue, days: dict[str, str], found: str
) -> None:
    dates = {"a": "2019-02-28", "b": "2019-03-01", "c": "2019-03-31", "d": "2020-02-29"}
    known = file_away(catalogue, [("Northwind", {"date": (day,)}) for day in dates.values()])
    file_away(catalogue, [("Northwind", {}), ("Northwind", {"date": ("spring 2019",)})])
    named = dict(zip(known, dates, strict=True))
    assert "".join(sorted(named[one] for one in left(catalogue, **days))) == found


def test_matters_and_clients_are_filters_too(catalogue: Catalogue) -> None:
    first, second = file_away(catalogue, [("Harbour Road", {}), ("Northwind", {})])
    assert left(catalogue, matter="harbour") == {first}
    assert left(catalogue, client="northwind limited") == {second}
    assert left(catalogue, client=["aldergate", "northwind"]) == {first, second}
    assert left(catalogue, matter="harbour", client="northwind") == frozenset()


def test_old_versions_are_told_apart(catalogue: Catalogue) -> None:
    [new] = file_away(catalogue, [("Northwind", {"type": ("lease",)})])
    [old] = file_away(catalogue, [("Northwind", {"type": ("lease",)})], current=False)
    assert left(catalogue, type="lease") == {new, old}
    assert left(catalogue, type="lease", version="old") == {old}
    assert left(catalogue, type="lease", version=["old", "current"]) == {new, old}
    usual = Selection(catalogue.database).documents(Filters(), everything(catalogue))
    assert usual == {new}


@pytest.mark.parametrize("status", [Status.QUEUED, Status.FAILED, Status.QUARANTINED])
def test_what_cannot_be_searched_is_not_left(catalogue: Catalogue, status: Status) -> None:
    file_away(catalogue, [("Northwind", {"type": ("lease",)})], status=status)
    assert left(catalogue, type="lease") == frozenset()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        pytest.param({"colour": "red"}, "no filter “colour”. The filters are: matter", id="name"),
        pytest.param({"after": "2019-02-29"}, "a day that there is", id="no such day"),
        pytest.param({"after": "last May"}, "not “last May”", id="no day"),
        pytest.param({"before": "2019-13"}, "a day that there is", id="no such month"),
        pytest.param({"before": "0000"}, "a day that there is", id="no such year"),
        pytest.param({"before": 2019}, "not that", id="a number for a day"),
        pytest.param({"after": "2020", "before": "2019"}, "Swap", id="days in the wrong order"),
        pytest.param({"party": "?!"}, "no word", id="a party without a word"),
        pytest.param({"bates": "ABC"}, "no Bates number", id="a Bates number without digits"),
        pytest.param({"bates": "B-9 - A-1"}, "no Bates number", id="a range of two prefixes"),
        pytest.param({"version": "newest"}, "“current” or “old”", id="no such version"),
        pytest.param({"court": 5}, "takes a text", id="no text"),
        pytest.param({"court": ["x", 5]}, "takes a text", id="not only texts"),
        pytest.param({"party": ["p"] * 3 + [f"p{n}" for n in range(100)]}, "at most", id="many"),
        pytest.param({"party": "p" * 301}, "at most", id="long"),
    ],
)
def test_what_is_no_filter_is_refused_with_a_sentence(written: dict[str, Any], said: str) -> None:
    with pytest.raises(BadRequest, match=said.replace("?", r"\?")) as refused:
        filters_of(written)
    assert refused.value.message.endswith(".")


def test_filters_are_written_back_as_they_were_meant() -> None:
    told = {"party": ["Aldergate", "Cobble Lane"], "after": "2019-01-01", "before": "2019-12-31"}
    filters = filters_of({**told, "after": "2019", "before": "2019", "court": []})
    assert written_of(filters) == told
    assert filters_of(written_of(filters)) == filters
    assert not filters_of({}).any and filters.any


def test_a_search_and_an_answer_are_narrowed(kb: KnowledgeBase) -> None:
    text = "The monthly rent is {} dollars."
    put(kb, "alpha", "a.txt", text.format("5,000"), facts=(Fact("party", "Harbor Mills LLC"),))
    other = put(kb, "alpha", "b.txt", text.format("9,000"), facts=(Fact("party", "Doyle Co."),))
    scope = everything(kb)
    within = kb.selection.within(filters_of({"party": "doyle"}), scope)
    found = kb.retriever.search("monthly rent", scope, within=within)
    assert [p.document.id for p in found.passages] == [other.id]
    assert kb.selection.within(Filters(), scope) is None


def test_a_fact_that_a_person_states_is_the_one_that_counts(kb: KnowledgeBase) -> None:
    document = put(kb, "alpha", "a.txt", "Rent.", facts=(Fact("date", "2019-01-01"),))
    kb.contents.state(document.id, "date", ["2023-05-01"], everything(kb))
    assert left(kb, after="2023") == {document.id}
    assert left(kb, before="2019") == frozenset()
    with pytest.raises(BadRequest, match="2024-03-01"):
        kb.contents.state(document.id, "date", ["May 2023"], everything(kb))


WORDS = ["alder", "birch", "cedar", "Doyle", "ELM"]
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
DAYS = st.sampled_from(["2018-12-31", "2019-01-01", "2019-06-30", "2020-01-01"])
NUMBERS = st.tuples(st.sampled_from(["A", "AB"]), st.integers(0, 12), st.integers(0, 4))
FILED = st.tuples(
    st.sampled_from(["Harbour Road", "Northwind"]),
    st.fixed_dictionaries(
        {
            "party": st.lists(TEXTS, max_size=3, unique=True).map(tuple),
            "court": st.lists(TEXTS, max_size=1).map(tuple),
            "date": st.lists(DAYS, max_size=1).map(tuple),
            "bates": st.lists(NUMBERS, max_size=1).map(
                lambda found: tuple(f"{p}-{n:03} - {p}-{n + more:03}" for p, n, more in found)
            ),
        }
    ),
)
ASKED = st.fixed_dictionaries(
    {},
    optional={
        "party": st.lists(TEXTS, min_size=1, max_size=2),
        "court": st.lists(TEXTS, min_size=1, max_size=2),
        "after": DAYS,
        "matter": st.sampled_from(["harbour", "northwind", "nowhere"]),
        "bates": st.tuples(st.sampled_from(["A", "AB", ""]), st.integers(0, 16)).map(
            lambda asked: f"{asked[0]}{asked[1]:06}"
        ),
    },
)


def is_left(matter: str, known: Known, asked: dict[str, Any]) -> bool:
    """The same by plain Python over the facts as they are written."""

    def words(text: str) -> set[str]:
        return set(text.lower().split())

    for name in ("party", "court"):
        if name in asked and not any(
            words(one) <= words(value) for one in asked[name] for value in known[name]
        ):
            return False
    if "matter" in asked and not words(asked["matter"]) <= words(matter):
        return False
    if "after" in asked and not any(day >= asked["after"] for day in known["date"]):
        return False
    if "bates" in asked:
        prefix, number = asked["bates"].rstrip("0123456789"), int(asked["bates"][-6:])
        ends = [[end.split("-") for end in value.split(" - ")] for value in known["bates"]]
        return any(
            prefix in ("", first[0]) and int(first[1]) <= number <= int(last[1])
            for first, last in ends
        )
    return True


@trying(max_examples=60, deadline=None)
@given(filed=st.lists(FILED, max_size=12), asked=ASKED, hidden=st.integers(0, 3))
def test_filters_agree_with_a_slow_reference(
    tmp_path_factory: pytest.TempPathFactory,
    filed: list[tuple[str, Known]],
    asked: dict[str, Any],
    hidden: int,
) -> None:
    catalogue = Catalogue(Settings(data_dir=Path(tmp_path_factory.mktemp("store"))))
    try:
        for matter in ("Harbour Road", "Northwind"):
            catalogue.library.add_matter(matter)
        known = file_away(catalogue, filed)
        scope = replace(everything(catalogue), walled=frozenset(known[:hidden]))
        found = Selection(catalogue.database).documents(filters_of(asked), scope)
        expected = {
            one
            for one, (matter, facts) in zip(known[hidden:], filed[hidden:], strict=True)
            if is_left(matter, facts, asked)
        }
        assert found == expected
    finally:
        catalogue.close()


def test_every_filter_is_one_that_can_be_written() -> None:
    for name in NAMES:
        value = {"bates": "A-1", "version": "old", "after": "2019", "before": "2019"}
        assert filters_of({name: value.get(name, "word")}).any, name


def test_facts_that_were_stored_before_are_folded(catalogue: Catalogue) -> None:
    [known] = file_away(catalogue, [("Northwind", {"party": ("ALDERGATE Ltd",)})])
    with catalogue.database.write() as connection:
        connection.execute("ALTER TABLE document_fact DROP COLUMN folded")
        STEPS[5](connection)
    assert left(catalogue, party="aldergate limited") == {known}
