"""XQuAD's paragraphs in four languages, asked about in the same language and in another.

The same paragraphs are trained on in every language: those of the half A by their English text.
"""

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from kb.training.pairs import Group, Others, groups
from kb.training.questions import Corpus, half, read_corpus, without

LANGUAGES = ("en", "de", "es", "zh")
ACROSS = 5
"""Of the twelve pairs of two languages, so many are taken for each question, by chance."""
OTHERS = Others(2, 1)


def read_translations(folder: Path, evaluated: Iterable[str]) -> dict[str, Corpus]:
    """By language; none where they are not all there.

    A paragraph that is evaluated on in one language is left out in all of them.
    """
    files = {one: folder / f"xquad.{one}.json" for one in LANGUAGES}
    if not all(file.is_file() for file in files.values()):
        return {}
    corpora = {one: read_corpus(file, None) for one, file in files.items()}
    forbidden = list(evaluated)
    kept = [set(without(one, forbidden).documents) for one in corpora.values()]
    return {name: _of(one, set.intersection(*kept)) for name, one in corpora.items()}


def translated(
    corpora: Mapping[str, Corpus], rng: random.Random, which: int, *, across: int = ACROSS
) -> Iterator[Group]:
    """Questions on that half: each language over itself, and some pairs of two.

    English over itself only on the half B, since the half A of that is among the other corpora.

    Beside what answers in another language stand passages of the paragraph in the question's
    own that do not: to be in the same language is no reason.
    """
    if not corpora:
        return
    kept = {file for file, text in corpora["en"].documents.items() if half(text) == which}
    halved = {language: _of(corpus, kept) for language, corpus in corpora.items()}
    grouped = {language: _by_question(corpus, rng) for language, corpus in halved.items()}
    pairs = [(asked, told) for asked in LANGUAGES for told in LANGUAGES if asked != told]
    for number in range(len(halved["en"].questions)):
        same = [(one, one) for one in LANGUAGES if which or one != "en"]
        for asked, told in [*same, *rng.sample(pairs, min(across, len(pairs)))]:
            question = halved[asked].questions[number].text
            group = grouped[told].get(number)
            if group is None:
                continue
            beside = grouped[asked].get(number) if asked != told else None
            same_language = [p for p in beside.pairs if p.relevant == 0.0] if beside else []
            yield Group(f"xquad {asked} over {told}", question, (*group.pairs, *same_language[:2]))


def _of(corpus: Corpus, files: set[str]) -> Corpus:
    """The same questions at the same places in every language."""
    documents = {name: text for name, text in corpus.documents.items() if name in files}
    asked = tuple(one for one in corpus.questions if files.issuperset(one.files))
    return replace(corpus, documents=documents, questions=asked)


def _by_question(corpus: Corpus, rng: random.Random) -> dict[int, Group]:
    """The group of each question, by its place; none where no passage holds its answer whole."""
    places = {one.text: number for number, one in enumerate(corpus.questions)}
    found = groups(corpus, rng, len(corpus.questions), OTHERS)
    return {places[group.question]: group for group in found}
