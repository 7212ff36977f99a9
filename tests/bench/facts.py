"""Precision and recall of facts read from CUAD's development contracts, as JSON.

    python tests/bench/facts.py ../shared/eval [--misses]

CUAD (Hendrycks, Burns, Chen and Ball, 2021; CC BY 4.0) names each contract's title,
parties, dates and governing law. A party is right if it is a gold name or one holds the
other; a date if it is the agreement's or its effective date; a place if the gold clause
names it; a type if the gold title alone leads to it. The file's name is kept from the
reader, since in this set it holds the title. `--misses` lists what went wrong.
"""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ingest.facts.base.days import days
from ingest.facts.base.places import adjective_at, place_at
from ingest.facts.extract import facts
from kb.domain import Reading

GOLD = "cuad_dev_gold.jsonl"
CORPUS = Path("legalbench-rag", "corpus", "cuad")


@dataclass(frozen=True, slots=True)
class Contract:
    """Gold by category: the passages quoted, and what a person made of them."""

    quotes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    answers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Score:
    """Of `found` facts `right` are in the gold; of `gold` answers `met` were found.

    `exact` counts the documents where every fact is right and no answer was missed.
    """

    found: int = 0
    right: int = 0
    gold: int = 0
    met: int = 0
    documents: int = 0
    exact: int = 0
    misses: list[str] = field(default_factory=list)

    def add(self, file: str, values: list[str], gold: list[set[str]], quoted: list[str]) -> None:
        """`gold` has for each answer the values that count as it; `quoted` ones are right too."""
        also = [*gold, set(quoted)]
        right = [value for value in values if any(_meets(value, one) for one in also)]
        met = [one for one in gold if any(_meets(value, one) for value in values)]
        self.found += len(values)
        self.right += len(right)
        self.gold += len(gold)
        self.met += len(met)
        self.documents += 1
        self.exact += len(right) == len(values) and len(met) == len(gold)
        if len(right) < len(values) or len(met) < len(gold):
            self.misses.append(f"{file}: read {values}, gold {gold}")

    def figures(self) -> dict[str, float]:
        return {
            "found": self.found,
            "precision": round(self.right / max(self.found, 1), 3),
            "gold": self.gold,
            "recall": round(self.met / max(self.gold, 1), 3),
            "documents": self.documents,
            "all right": self.exact,
        }


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0])
    if not (folder / GOLD).is_file():
        print(f"skipped: there is no {folder / GOLD}; name the folder with EVAL=...")
        return 0
    scores: defaultdict[str, Score] = defaultdict(Score)
    for file, gold in contracts(folder / GOLD).items():
        values = read((folder / CORPUS / file).read_text("utf-8"))
        for name, answers in expected(gold, values["jurisdiction"]).items():
            quoted = gold.quotes["Parties"] if name == "party" else []
            scores[name].add(file, values[name], answers, quoted)
    print(json.dumps({name: score.figures() for name, score in scores.items()}, indent=2))
    if "--misses" in arguments:
        for name, score in scores.items():
            print(*(f"{name}: {line}" for line in score.misses), sep="\n")
    return 0


def contracts(path: Path) -> dict[str, Contract]:
    """The gold of each contract, by the name of its file."""
    found: defaultdict[str, Contract] = defaultdict(Contract)
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        gold = found[row["file"]]
        gold.quotes[row["category"]] += [one["quote"] for one in row["evidence"]]
        gold.answers[row["category"]] = row["human_answer"]
    return dict(found)


def read(text: str) -> defaultdict[str, list[str]]:
    """Values by the name of the fact, from a text without a name."""
    values: defaultdict[str, list[str]] = defaultdict(list)
    for fact in facts(Reading("text/plain", text, ()), "contract"):
        values[fact.name].append(fact.value)
    return values


def expected(gold: Contract, places: list[str]) -> dict[str, list[set[str]]]:
    """The gold of one contract: one set for each answer. A place named in the gold clause
    counts, whichever words for it the clause has."""
    titles = {kind for title in gold.quotes["Document Name"] for kind in _kinds(title)}
    dated = {
        day.iso
        for category in ("Agreement Date", "Effective Date")
        for quote in [*gold.quotes[category], _long_year(gold.answers.get(category, ""))]
        for day in days(" ".join(quote.split()))
    }
    law = " ".join(" ".join(gold.quotes["Governing Law"]).split())
    named = {place for place in _named(law) if place} | {
        p for p in places if _plain(p) in _plain(law)
    }
    parties = [
        {re.sub(r"\([^()]*\)", "", name), name}
        for name in re.sub(r"\([^()]*[\"“][^()]*\)", "", gold.answers.get("Parties", "")).split(";")
        if _plain(name)
    ]
    return {
        "type": [titles] if titles else [],
        "date": [dated] if dated else [],
        "party": parties,
        "jurisdiction": [named or {law}] if law else [],
    }


def _kinds(title: str) -> list[str]:
    return read(f"{' '.join(title.split())}\nThe parties agree.")["type"]


def _named(law: str) -> Iterator[str]:
    for word in re.finditer(r"\b[A-Z]", law):
        yield place_at(law, word.start())[0]
        yield adjective_at(law, word.start())[0]


def _long_year(answer: str) -> str:
    """ "5/8/14" → "2014-05-08": gold answers write the month first."""
    found = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d\d)", answer.strip())
    if not found:
        return answer
    century = "19" if int(found[3]) > 50 else "20"
    return f"{century}{found[3]}-{int(found[1]):02}-{int(found[2]):02}"


def _meets(value: str, answers: set[str]) -> bool:
    plain = _plain(value)
    return any(plain and (plain in (one := _plain(a)) or (one and one in plain)) for a in answers)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold().replace(" and ", "").replace("&", ""))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
