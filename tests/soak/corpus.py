"""`make soak-corpus`: every file of a hostile corpus through the real `kb ingest --report`.

    python -m tests.soak.corpus [CORPUS]

Into a fresh store, with real parsers and the real embedder. Prints one JSON object: states
by format, every sentence of a failure with its files, time and memory. The exit code is 1
where a file is missing from the manifest, twice in it or not at its end, where a document
is not, or where the command crashed or hung.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ingest.folder.scan import find
from kb.app.catalogue import Catalogue
from kb.domain.jobs import Outcome
from kb.settings import Settings
from kb.store.documents.sources import INSIDE
from tests.bench.running import Ended, fresh_store, kb, workplace

Line = Mapping[str, Any]
_CODES = (0, 3)  # all is in; some files failed
_ENDS = frozenset(outcome.value for outcome in Outcome)


def main(arguments: Sequence[str]) -> int:
    corpus = Path(arguments[0] if arguments else "../shared/corpus")
    if not corpus.is_dir():
        print(f"skipped: there is no {corpus}; name the folder with CORPUS=...")
        return 0
    with workplace() as place:
        store, report = fresh_store(place, "store"), place / "report.jsonl"
        ended = kb(store, "ingest", corpus, "--report", report, "--json")
        written = report.read_text("utf-8").splitlines() if report.is_file() else []
        lines = [json.loads(line) for line in written]
        offered = [str(offer.path) for offer in find([corpus], None)]
        wrong = [*crashed(ended), *incomplete(lines, offered), *left_open(store, lines)]
        figures = {
            "offered": len(offered),
            "found_inside": len(lines) - len(offered),
            "states": Counter(line["status"] for line in lines),
            "by_format": by_format(lines),
            "seconds": round(ended.seconds, 1),
            "cpu_s": round(ended.cpu_s, 1),
            **ended.memory.told(),
            "sentences": sentences(lines, corpus),
            "wrong": wrong,
        }
    print(json.dumps(figures, indent=1, ensure_ascii=False))
    return 1 if wrong else 0


def crashed(ended: Ended) -> list[str]:
    """What the command said where it ended in another way than it should."""
    found = [] if ended.code in _CODES else [f"kb ingest ended with {ended.code}"]
    if "Traceback" in ended.said:
        found.append("kb ingest told a traceback")
    return found


def incomplete(lines: Sequence[Line], offered: Iterable[str]) -> list[str]:
    """Offered files without exactly one line, lines without an end or, if failed, a reason."""
    seen = Counter(line["path"] for line in lines)
    found = [f"not in the manifest: {path}" for path in offered if not seen[path]]
    found += [f"{count} times in the manifest: {path}" for path, count in seen.items() if count > 1]
    for line in lines:
        if line["status"] not in _ENDS:
            found.append(f"{line['status']}: {line['path']}")
        elif line["status"] in ("failed", "quarantined", "skipped") and not line["problem"]:
            found.append(f"{line['status']} without a reason: {line['path']}")
    return found


def left_open(store: Path, lines: Sequence[Line]) -> list[str]:
    """What the catalogue still has under way, and what was found inside but is in no line."""
    catalogue = Catalogue(Settings(data_dir=store))
    under_way = catalogue.database.rows(
        "SELECT name, status FROM document WHERE status NOT IN ('ready', 'failed', 'quarantined')"
    )
    sources = catalogue.database.rows("SELECT path FROM source")
    catalogue.close()
    told = {line["path"] for line in lines}
    inside = (row["path"] for row in sources if INSIDE in row["path"])
    return [f"{row['status']} at the end: {row['name']}" for row in under_way] + [
        f"found inside and not in the manifest: {path}" for path in inside if path not in told
    ]


def by_format(lines: Sequence[Line]) -> dict[str, Counter[str]]:
    """States by the suffix of the name."""
    table: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        suffix = Path(line["path"].rsplit(INSIDE, 1)[-1]).suffix.lower()
        table[suffix or "(none)"][line["status"]] += 1
    return dict(sorted(table.items()))


def sentences(lines: Sequence[Line], corpus: Path) -> dict[str, dict[str, list[str]]]:
    """Files by what was said of them, without their own name, under status and code."""
    table: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        if line["problem"]:
            path = line["path"].removeprefix(f"{corpus.absolute()}/")
            name = path.rsplit(INSIDE, 1)[-1].rsplit("/", 1)[-1]
            kind = " ".join(word for word in (line["status"], line["code"]) if word)
            table[kind][line["problem"].replace(f"“{name}”", "“…”")].append(path)
    return {kind: dict(said) for kind, said in sorted(table.items())}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
