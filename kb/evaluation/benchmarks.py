"""The commands over benchmarks that come as files: each in a store of its own."""

import json
import random
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

import typer

from kb.errors import BadRequest
from kb.evaluation import ablation, abstention, answers, beir, judging, legalbench, squad
from kb.evaluation.corpus_store import Ingest, Shelf, shelve, shelve_graded
from kb.evaluation.metrics import Row, report
from kb.evaluation.scratch_store import own_store
from kb.evaluation.sets.clauses import clause_questions, read_contracts
from kb.evaluation.sets.corpora import (
    Corpus,
    asked_in,
    asked_once,
    only_half,
    read_beir,
    read_corpus,
    sampled,
    sampled_queries,
)
from kb.evaluation.sets.corpora import (
    half as part_of,
)
from kb.evaluation.sets.firm import read_firm
from kb.evaluation.sets.named_sets import read_set
from kb.paths import JUDGED
from kb.settings import Settings

HALVES = {"A": 0, "B": 1}
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Most = Annotated[int, typer.Option(min=0, help="Questions taken of each set, by chance; 0: all.")]
Half = Annotated[
    Literal["A", "B"] | None, typer.Option(help="Only questions on this half of the documents.")
]
Store = Annotated[
    Path | None, typer.Option(help="Keep the store of documents in this folder for another run.")
]


@dataclass(frozen=True, slots=True)
class Benchmarks:
    """`ingest` takes the benchmarks' documents in."""

    ingest: Ingest

    def legalbench_rag(
        self,
        benchmarks: Annotated[list[Path], typer.Option(help="Question files, one or several.")],
        corpus: Annotated[Path, typer.Option(help="The folder of the documents.")],
        files: Annotated[list[Path] | None, typer.Argument(help="Further question files.")] = None,
        *,
        most: Most = 0,
        half: Half = None,
        store: Store = None,
        ablate: Annotated[
            bool, typer.Option("--ablation", help="Also with each part of retrieval off.")
        ] = False,
        as_json: AsJson = False,
    ) -> None:
        """LegalBench-RAG: precision and recall by characters, and wrong documents."""
        corpora = _chosen(
            [read_corpus(file, corpus) for file in [*benchmarks, *(files or [])]], most, half
        )
        documents: dict[str, str] = {}
        for one in corpora:
            documents.update(one.documents)
        with own_store(Settings(), chat=False, keep=store) as kb:
            shelf = shelve(kb, "benchmark", documents, self.ingest)
            rows = list(legalbench.run(kb.retriever, corpora, shelf))
            parts: defaultdict[str, list[Row]] = defaultdict(list)
            for part, row in ablation.run(kb.retriever, corpora, shelf) if ablate else ():
                parts[part].append(row)
        _tell(rows, [shelf], as_json=as_json, without=parts)

    def squad(
        self,
        files: Annotated[list[Path], typer.Argument(help="SQuAD-style files.")],
        *,
        most: Most = 0,
        half: Half = None,
        store: Store = None,
        questions: Annotated[
            list[Path] | None,
            typer.Option(help="Ask the questions of this file, a translation; may be repeated."),
        ] = None,
        halved_by: Annotated[
            Path | None,
            typer.Option(help="With --half, of a translation: the file whose halves are meant."),
        ] = None,
        words_only: Annotated[
            bool, typer.Option("--words-only", help="By the list of words alone, without a model.")
        ] = False,
        within_article: Annotated[
            bool, typer.Option(help="Ask each question among its own article's paragraphs alone.")
        ] = False,
        as_json: AsJson = False,
    ) -> None:
        """SQuAD-style files: is a gold answer whole in one of the first passages?

        Questions in the same words are one, which any of their gold answers answers.
        """
        others = [read_corpus(f, None) for f in questions or ()]
        by = read_corpus(halved_by, None) if halved_by else None
        rows: list[Row] = []
        with own_store(Settings(), chat=False, keep=store) as kb:
            shelves = []
            for own in (read_corpus(f, None) for f in files):
                asked = [asked_in(own, other) for other in others] or [own]
                read = [asked_once(one, by_article=within_article) for one in asked]
                shelves.append(shelve(kb, own.name, own.documents, self.ingest))
                find = (squad.by_words if words_only else squad.by_search)(kb, shelves[-1])
                for one in _chosen(read, most, half, by):
                    rows.extend(squad.run(find, one, shelves[-1], within_article=within_article))
        _tell(rows, shelves, as_json=as_json)

    def beir(
        self,
        folder: Annotated[Path, typer.Argument(help="Holds corpus.jsonl, queries.jsonl, qrels.")],
        split: Annotated[str, typer.Option(help="The file of qrels.")] = "test",
        *,
        most: Most = 0,
        store: Store = None,
        as_json: AsJson = False,
    ) -> None:
        """BEIR: nDCG@10 and recall@100 over whole documents."""
        graded = sampled_queries(read_beir(folder, split), most)
        with own_store(Settings(), chat=False, keep=store) as kb:
            shelf = shelve_graded(kb, graded, self.ingest)
            rows = list(beir.run(kb.retriever, graded, shelf))
        _tell(rows, [shelf], as_json=as_json)

    def abstention(
        self,
        gold: Annotated[Path, typer.Argument(help="A line for each contract and clause, as JSON.")],
        corpus: Annotated[Path, typer.Option(help="The folder of the contracts' texts.")],
        *,
        most: Most = 0,
        half: Half = None,
        store: Store = None,
        details: Annotated[bool, typer.Option("--details", help="A row a question.")] = False,
    ) -> None:
        """Abstention by style of question: on contracts' clauses, and on the firm's files."""
        contracts = read_contracts(gold, corpus)
        firm = _chosen([read_firm()], most, half)[0]
        asked = [one for one in contracts if half is None or part_of(one.text) == HALVES[half]]
        questions = list(clause_questions(asked))
        if most and most < len(questions):
            questions = random.Random(7).sample(questions, most)
        with own_store(Settings(), chat=False, keep=store) as kb:
            texts = {one.file: one.text for one in contracts}
            shelf = shelve(kb, "contracts", texts, self.ingest)
            found = list(abstention.ask_clauses(kb, questions, shelf))
            there = shelve(kb, firm.name, firm.documents, self.ingest)
            found += abstention.ask_corpus(kb, firm, there)
        told = abstention.figures(found)
        if details:
            told["rows"] = [asdict(one) for one in found]
        print(json.dumps(told, indent=1))

    def answers(
        self,
        sets: Annotated[
            list[Path],
            typer.Option("--set", help="Clauses (JSONL), SQuAD or ContractNLI; may be repeated."),
        ],
        *,
        corpus: Annotated[
            Path | None, typer.Option(help="The folder of the texts of clauses.")
        ] = None,
        most: Most = 0,
        store: Store = None,
        llm: Annotated[bool, typer.Option("--llm", help="Also with the model's prose.")] = False,
        as_json: AsJson = False,
    ) -> None:
        """What answers show of gold spans, and how surely, on questions that name a document."""
        told = {}
        with own_store(Settings(), chat=llm, keep=store) as kb:
            for one in [read_set(file, corpus) for file in sets]:
                asked = one.questions
                if most and most < len(asked):
                    asked = tuple(random.Random(7).sample(asked, most))
                shelf = shelve(kb, one.name, one.documents, self.ingest)
                told[one.name] = answers.figures(list(answers.ask(kb, asked, shelf, llm=llm)))
        if as_json:
            print(json.dumps({"sets": told}, indent=1))
            return
        for name, found in told.items():
            print("\n".join(answers.lines(name, found)))


def judge(
    sets: Annotated[
        list[Path] | None, typer.Option("--set", help="Rows (JSONL); may be repeated.")
    ] = None,
    *,
    corpus: Annotated[
        Path | None, typer.Option(help="The folder of the texts that rows name by file and span.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The judge of sentences on labelled rows, by kind, beside a comparison of words."""
    files = sets or sorted(JUDGED.glob("*.jsonl"))
    if not files:
        raise BadRequest(f"There are no rows in {JUDGED}. Name a file with --set.")
    read = judging.read_sets(files, corpus)
    if read.without:
        folder = corpus or "no folder of texts; name it with --corpus"
        print(f"skipped: {read.without} rows whose file is not in {folder}", file=sys.stderr)
    told = judging.figures(read.rows)
    print(json.dumps(told, indent=1) if as_json else "\n".join(judging.lines(told)))


def _chosen(
    corpora: Sequence[Corpus], most: int, half: str | None, by: Corpus | None = None
) -> list[Corpus]:
    """Raises `BadRequest` for two files of one name, whose figures could not be told apart."""
    if len({one.name for one in corpora}) < len(corpora):
        raise BadRequest("Two question files have the same name. Rename one of them.")
    halved = [only_half(one, HALVES[half], by) if half else one for one in corpora]
    return [sampled(one, most) for one in halved]


def _tell(
    rows: Sequence[Row],
    shelves: Sequence[Shelf],
    *,
    as_json: bool,
    without: Mapping[str, Sequence[Row]] = MappingProxyType({}),
) -> None:
    told = report(rows)
    if without:
        told["ablation"] = {part: report(those)["overall"] for part, those in without.items()}
    told["documents"] = sum(len(shelf.documents) for shelf in shelves)
    told["unread"] = {file: why for shelf in shelves for file, why in shelf.unread.items()}
    if as_json:
        print(json.dumps(told, indent=1))
        return
    for name, figures in {**told["sets"], "overall": told["overall"]}.items():
        print(f"{name}: {figures['questions']} questions, {'; '.join(_lines(figures))}")
    for part, figures in told.get("ablation", {}).items():
        print(f"without {part}: {'; '.join(_lines(figures))}")
    for file, why in told["unread"].items():
        print(f"not read: {file}: {why}")


def _lines(figures: dict[str, Any]) -> list[str]:
    """Each measure in per cent, at all its depths."""
    told = []
    for measure, value in figures.items():
        if isinstance(value, dict) and measure != "intervals_95":
            depths = ", ".join(f"@{depth} {100 * mean:.1f} %" for depth, mean in value.items())
            told.append(f"{measure} {depths}")
        elif isinstance(value, float):
            told.append(f"{measure} {100 * value:.1f} %")
    return told
