"""What the readers of citations find in a text, before it is known what each one means."""

from dataclasses import dataclass

from kb.domain.citations import CitationKind


@dataclass(frozen=True, slots=True)
class Mention:
    """A citation in the flattened text. `kind` None: a section of a law not named beside it.

    With `record` it is none of an authority, but of a paper of the case: “Compl. ¶ 12”.

    `normal` is "" for those that point back. `antecedent` is the name that a short form
    gives of what it means.
    """

    kind: CitationKind | None
    start: int
    end: int
    normal: str = ""
    volume: str = ""
    reporter: str = ""
    page: str = ""
    pin: str = ""
    name: str = ""
    court: str = ""
    year: int = 0
    antecedent: str = ""
    record: bool = False


def merged(*lists: list[Mention]) -> list[Mention]:
    """In the order of the text; of two that overlap the longer, else that of the first list."""
    found = [
        (one.start, one.start - one.end, n, one) for n, ones in enumerate(lists) for one in ones
    ]
    kept: list[Mention] = []
    for _, _, _, one in sorted(found, key=lambda item: item[:3]):
        if kept and one.start < kept[-1].end:
            if one.end - one.start > kept[-1].end - kept[-1].start:
                kept[-1] = one
            continue
        kept.append(one)
    return kept
