"""Which of several spans in a sentence stands nearest to the words of a question."""

from collections.abc import Mapping, Sequence

from kb.answer.direct.forms import Span
from kb.answer.direct.sentence import FlatSentence

HALVED = 4
"""Words of distance at which a word of the question counts half."""
ACROSS = 0.5
"""What is left of it for each clause that ends in between."""
ORDINALS = frozenset("first second third fourth fifth sixth seventh eighth ninth tenth".split())
PLAINLY = 1.3
"""How many times nearer the nearest has to be than the next that says something else."""


def nearest(
    sentence: FlatSentence, spans: Sequence[Span], weights: Mapping[str, float]
) -> Span | None:
    """The span that the question's words stand around, None where nothing tells two apart."""
    if len({span.value for span in spans}) == 1:
        return spans[0]
    near = [(nearness(sentence, span, weights), span) for span in spans]
    near.sort(key=lambda one: -one[0])
    best, chosen = near[0]
    next_best = max(one for one, span in near if span.value != chosen.value)
    return chosen if best > PLAINLY * next_best else None


def nearness(sentence: FlatSentence, span: Span, weights: Mapping[str, float]) -> float:
    """Each word of the question once, where it is nearest, by its weight."""
    words = sentence.words
    inside = [
        at for at, (start, end, _) in enumerate(words) if end > span.start and start < span.end
    ]
    if not inside:
        return 0.0
    best: dict[str, float] = {}
    for at, (start, end, term) in enumerate(words):
        if term in weights and not _another(words, at, weights):
            apart = max(inside[0] - at, at - inside[-1], 0)
            low, high = (end, span.start) if end <= span.start else (span.end, start)
            crossed = sum(low <= boundary < high for boundary in sentence.boundaries)
            held = weights[term] * ACROSS**crossed / (1 + apart / HALVED)
            best[term] = max(best.get(term, 0.0), held)
    return sum(best.values())


def _another(words: Sequence[tuple[int, int, str]], at: int, weights: Mapping[str, float]) -> bool:
    """Whether an ordinal that the question lacks makes it another one: the *First* Amendment."""
    return at > 0 and words[at - 1][2] in ORDINALS and words[at - 1][2] not in weights
