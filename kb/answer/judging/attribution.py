"""Who says it: what a party alleges, a dissent holds or a letter proposes is not what was held."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Voice(StrEnum):
    """Whose word it is.

    The document's own; held by who decides; claimed by somebody; said apart from what was
    held, as in a dissent. Mentioned, of a sentence alone: it names a claim or an offer.
    """

    OWN = "own"
    HELD = "held"
    CLAIMED = "claimed"
    APART = "apart"
    MENTIONED = "mentioned"


_DOCUMENTS = frozenset(
    "agreement contract lease policy statute act law section clause article minutes memorandum "
    "memo letter mail email order judgment decision document deed will plan notice schedule "
    "terms code rule rules charter tariff licence license report note paragraph award complaint "
    "nda ordinance regulation certificate invoice table text passage provision".split()
)
SAYING = frozenset(
    "hold holds held find finds found say says said state states stated rule ruled conclude "
    "concludes concluded contend contends contended allege alleges alleged argue argues argued "
    "submit submits submitted claim claims claimed assert asserts asserted maintain maintains "
    "maintained provide provides provided decide decides decided determine determined resolve "
    "resolved admit admits admitted agree agrees agreed deny denies denied note notes noted "
    "consider considers considered believe believes believed report reports reported confirm "
    "confirms confirmed record records recorded order ordered acknowledge acknowledges "
    "acknowledged suggest suggests suggested testify testified tell tells told reply replied "
    "replies explain explained write wrote inform informed warn warned argument contention "
    "allegation submission assertion suggestion complaint view position".split()
)
"""Verbs after which “that” opens what is said, as a clause of its own."""
_SPEAKING = (
    r"provides?|provided|says?|said|states?|stated|records?|recorded|specif(?:y|ies|ied)|"
    r"stipulates?|sets? out|requires|confirms?|confirmed|notes?|noted|lists?|reports?|reported|"
    r"explains?|explained|declares?|declared|makes? clear|shows?"
)
_FRAME = re.compile(
    r"^(?:(?:according to|under|pursuant to|in accordance with|as (?:stated|provided|set out) in|"
    r"by|in|per|by virtue of) (?:the |its |their |this |that )?[^,]{2,80}, )?"
    rf"(?:[^,]{{2,90}}? (?:{_SPEAKING}),? (?:that|how) )?",
    re.IGNORECASE,
)
_COURT_FRAME = re.compile(
    r"^(?P<who>(?:the|this) (?:\w+ (?:of|on) the )?(?:\w+ )?(?:court|tribunal|board|"
    r"commissioner|panel|jury|judge|arbitrator|majority|authority)(?: of [\w ]{2,40}?)?) "
    r"(?:has |had )?(?:held|holds|found|finds|ruled|rules|concluded|concludes|"
    r"decided|decides|determined|resolved|noted|stated) (?:, [^,]{2,60}, )?that ",
    re.IGNORECASE,
)
_LASTING = re.compile(r"\d+ (?:days|months|years)")
_YES_NO = re.compile(r"^(?:yes|no|correct|indeed|right)\s*[,.;:—–-]+\s*", re.IGNORECASE)
_CLAIMED = re.compile(
    r"\b(?:alleg\w+|contend\w*|argu(?:es?|ed|ing)|asserts?|asserted|claims? that|"
    r"claim(?:ed|ing) that|submits? that|submitted that|maintains? that|maintained that|insist\w*|"
    r"complain(?:s|ed)|pleads?|pleaded|denies|denied that|disput\w+ that|"
    r"(?:argument|contention|allegation|submission|assertion|suggestion|complaint) that|"
    r"in (?:our|my|his|her|its|their|(?:the )?\w+'s) (?:view|opinion)|"
    r"according to (?:mr|ms|mrs|dr)|proposed|proposes|"
    r"(?:would|had|has|have) (?:argued|recommended|proposed|asked|sought)|"
    r"suggests?|suggested|consider(?:s|ed) (?:that|it)|believes?|believed|asked for|"
    r"asks? (?:that|for)|sought|seeks|counterclaim(?:s|ed)|demand(?:s|ed) that|demanded|"
    r"hopes?|hoped|recommend(?:s|ed)|they want|we have offered|we offer\w*|"
    r"admits? that|admitted that|prepared to|wants?|wished|expects?|testif\w+)\b"
)
_APART = re.compile(
    r"\b(?:dissent\w*|separate opinion|concurr(?:ing|ed|ence|s)|in the minority|"
    r"(?<!we )disagree\w*|would (?:affirm|reverse|hold|reach|dismiss|grant|deny|"
    r"have (?:affirmed|reversed|held|treated|awarded|granted|denied|dismissed|found|allowed|"
    r"upheld|reached|remanded|ruled|set)))\b"
)
_HELD = re.compile(
    r"\b(?:(?:hold|holds|held) that|ruled|rules that|ruling|concluded|concludes|found|finds|"
    r"decided|decides|determined|determines|resolved|resolves|ordered|awarded|awards|agreed|"
    r"agrees?|judgment|adjudged|accepted|acknowledg\w+|conced\w+|settled|(?:was|were) held|"
    r"in the (?:court|tribunal)'s|required|upheld)\b"
)
_MENTIONED = re.compile(
    r"\b(?:requests?|claims?|proposals?|proposed|offers?|offered|demands?|position|"
    r"allegations?|motion|argument)\b"
)
_DISSENTING_BY = re.compile(r", [\w .]{2,40} dissenting ?,")
_ONE_JUDGE = re.compile(
    r"\b(?:justice|judge|lord|lady|member)\b[^.:]{0,60}:|\bjustice \w+ delivered"
)
_NOT_THE_COURT = re.compile(r"dissent|concurr")


@dataclass(frozen=True, slots=True)
class Framed:
    """What is left of a sentence without its frame, and whose word it says that it is.

    `speaker`: who decided it, where the frame said that.
    """

    text: str
    voice: Voice
    speaker: str = ""


def framed(sentence: str, labels: frozenset[str]) -> Framed:
    """A sentence without “Yes,” and “The lease provides that …”; `labels`: words of the title."""
    bare = _YES_NO.sub("", sentence)
    voice = voice_of(bare, mentioning=True)
    if held := _COURT_FRAME.match(bare):
        return Framed(bare[held.end() :], voice, held.group("who"))
    match = _FRAME.match(bare)
    head = match.group() if match else ""
    words = set(re.findall(r"[^\W\d_]+", head.lower()))
    named = not words.isdisjoint(_DOCUMENTS | labels)
    if not named or voice_of(head) is not Voice.OWN or _LASTING.search(head):
        return Framed(bare, voice)
    return Framed(bare[len(head) :], voice)


def voice_of(text: str, *, mentioning: bool = False) -> Voice:
    """By its words; a resolution with one voice against it is one all the same."""
    lower = text.lower().replace("’", "'")
    held = bool(_HELD.search(lower))
    if _APART.search(_DISSENTING_BY.sub(" ", lower) if held else lower):
        return Voice.APART
    if _CLAIMED.search(lower):
        return Voice.CLAIMED
    if held:
        return Voice.HELD
    return Voice.MENTIONED if mentioning and _MENTIONED.search(lower) else Voice.OWN


def voices(sentences: Sequence[Sequence[str]]) -> list[tuple[Voice, ...]]:
    """Of each segment of each sentence; a judge's name with a colon speaks until the next."""
    found: list[tuple[Voice, ...]] = []
    apart = False
    for segments in sentences:
        if opening := _ONE_JUDGE.search(" ".join(segments)):
            apart = bool(_NOT_THE_COURT.search(opening.group()))
        found.append(tuple(Voice.APART if apart else voice_of(text) for text in segments))
    return found


def speaks(said: Voice, there: Voice) -> bool:
    """Whether a sentence may tell it so: what is only claimed as claimed, what is held as held."""
    if said is Voice.MENTIONED:
        return there is not Voice.APART
    others = (Voice.CLAIMED, Voice.APART)
    return (said in others) is (there in others)
