"""What a question turns on, where contracts have a few words for it: to expire, to renew, a cap.

A span that such words stand beside tells by itself what it is; one beside other words is another
thing of the same kind, as the day on which a contract begins is to the day on which it ends.
"""

import re
from dataclasses import dataclass

from kb.answer.direct.forms import Span
from kb.domain.events import DirectKind

_NEAR = r"[^.;]{0,60}?$"
_BEGUN = r"(?:(?!\b(?:terminat|expir|end|until|through|conclud))[^.;]){0,60}?$"
_ENDED = r"(?:(?!\b(?:commenc|begin|start|effective|from))[^.;]){0,60}?$"
_OF_NOTICE = (
    r"['’]? (?:(?:prior|advance|written|previous|further) |or more |, ?)*(?:notice|warning)|"
    r"(?: or more)? (?:prior to|before|in advance)"
)
_NONE = r"(?!)"


@dataclass(frozen=True, slots=True)
class _Focus:
    """`asks` is what the question has; `before` or `after` is what then stands beside the span.

    `unlike` is what stands before or after another thing, such as the date of another contract.
    """

    kind: DirectKind
    asks: re.Pattern[str]
    before: re.Pattern[str]
    after: re.Pattern[str]
    unlike: re.Pattern[str]


def _focus(
    kind: DirectKind, asks: str, before: str, after: str = _NONE, *, unlike: str = _NONE
) -> _Focus:
    compiled = (re.compile(one, re.IGNORECASE) for one in (asks, before, after, unlike))
    return _Focus(kind, *compiled)


_FOCUSES = (
    _focus(
        DirectKind.DATE,
        r"\b(?:expires?|expired|ends?|terminates?|run(?:s|ning)? out|matures?|expir\w+ date|"
        r"come(?:s|ing)? to an end|last day)\b",
        rf"\b(?:expir\w+|end(?:s|ed|ing)?|terminat\w+|until|through|matur\w+|cease\w*)\b{_ENDED}",
        unlike=r"\b(?:additional|renew\w*|exten[ds]\w*|previous|prior|former)\b[^.;]{0,120}$",
    ),
    _focus(
        DirectKind.DATE,
        r"\b(?:effective|effect)\b",
        rf"\b(?:effective|effect)\b{_BEGUN}",
        r"[^.;]{0,15}[\"“](?:\w+ )?Effective Date",
    ),
    _focus(
        DirectKind.DATE,
        r"\b(?:commences?|begins?|starts?)\b",
        rf"\b(?:commenc\w+|beg[iu]n\w*|start\w*|from)\b{_BEGUN}",
        r"[^.;]{0,15}[\"“](?:\w+ )?(?:Commencement|Start) Date",
    ),
    _focus(
        DirectKind.DATE,
        r"\b(?:sign(?:ed)?|dated|entered into|executed|made)\b|\bdate of\b",
        rf"\b(?:made|entered into|dated|date:|executed|signed|concluded)(?!\w){_BEGUN}",
        unlike=r"\b(?:certain|(?:to|under) (?:the|that|an?)|of the|effective date of)\b"
        r"(?:(?!\bthis\b)[^;]){0,200}$",
    ),
    _focus(DirectKind.DURATION, r"\bnotice\b", rf"\bnotice\b{_NEAR}", _OF_NOTICE),
    _focus(
        DirectKind.DURATION,
        r"\brenew(?:s|al|ed|ing)?\b",
        rf"\b(?:renew\w*|exten[ds]\w*|successive|consecutive|additional){_NEAR}",
        r" (?:renewal|extension)\b",
        unlike=rf"\bnotice\b{_NEAR}|^(?:{_OF_NOTICE})",
    ),
    _focus(
        DirectKind.DURATION,
        r"\b(?:initial term|term of)\b",
        rf"\bterm\b{_NEAR}",
        r" (?:initial )?term\b",
        unlike=rf"\b(?:notice|renew\w*|additional|successive)\b{_NEAR}|^(?:{_OF_NOTICE})",
    ),
    _focus(DirectKind.DURATION, r"\bwarrant\w+\b", r"\bwarrant\w*\b[^.;]*$", r"[^.;]*\bwarrant"),
    _focus(
        DirectKind.AMOUNT,
        r"\b(?:cap(?:ped)?|limit(?:ed)?|ceiling) [^?]*\bliab|"
        r"\bliab\w+ [^?]*\b(?:cap|limit|ceiling)|\bhow (?:is|was|are) [^?]*\bliab",
        r"\bliab[^;]{0,200}\b(?:exceed|limited to|more than|maximum|cap|greater|lesser|up to|"
        rf"excess of){_NEAR}",
    ),
)
_COUNTERPARTS = tuple(
    (re.compile(rf"\b{one}s?\b", re.IGNORECASE), re.compile(rf"\b{other}s?\b", re.IGNORECASE))
    for one, other in (
        ("(?:landlord|lessor)", "(?:tenant|lessee)"),
        ("(?:buyer|purchaser)", "(?:seller|vendor)"),
        ("(?:lender|bank)", "borrower"),
        ("employer", "employee"),
        ("licensor", "licensee"),
        ("franchisor", "franchisee"),
        ("supplier", "customer"),
        ("discloser", "recipient"),
        ("(?:plaintiff|claimant)", "defendant"),
    )
)
"""The two sides of a contract or a case."""
_EARLIER_OF = re.compile(
    r"\b(?:earli|lat|great|less|high|low|soon|long|short|larg|small)(?:er|est)? of\b[^.;]{0,160}$",
    re.IGNORECASE,
)


def turns_on(kind: DirectKind, question: str, text: str, span: Span) -> bool | None:
    """Whether a span stands beside the words that a question of this kind turns on.

    None where it turns on none.
    """
    for focus in _FOCUSES:
        if focus.kind is kind and focus.asks.search(question):
            before, after = text[: span.core], text[span.end :]
            if focus.unlike.search(before) or focus.unlike.match(after):
                return False
            return bool(focus.before.search(before) or focus.after.match(after))
    return None


def one_of_several(text: str, span: Span) -> bool:
    """Whether it is only “the earlier of” two, or “the greater of” them."""
    return bool(_EARLIER_OF.search(text[: span.core]))


def of_another(question: str, text: str) -> bool:
    """Whether a text is of the other side alone: the tenant, where the landlord was asked for."""
    return any(
        asked.search(question)
        and not other.search(question)
        and other.search(text)
        and not asked.search(text)
        for pair in _COUNTERPARTS
        for asked, other in (pair, pair[::-1])
    )
