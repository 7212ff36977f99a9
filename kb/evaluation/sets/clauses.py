"""Questions on clauses that a contract has or has not, in the styles in which people ask.

Gold is CUAD's (Hendrycks et al., 2021): for each contract and kind of clause the quotes, or that
there is none. The wording of the questions is ours, two for each kind.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.errors import BadRequest
from kb.evaluation.sets.corpora import normalised

UNNAMED = "unnamed"
STYLES = ("before", "inside", "after", "party", UNNAMED)
"""Where a question names its document: before what it asks, inside, after, by a party, not."""

QUESTIONS = {
    "Agreement Date": ("When was {doc} signed?", "What is the date of {doc}?"),
    "Effective Date": ("When does {doc} take effect?", "What is the effective date of {doc}?"),
    "Expiration Date": ("When does {doc} expire?", "How long is the initial term of {doc}?"),
    "Renewal Term": (
        "Does {doc} renew automatically, and for how long?",
        "What is the renewal term of {doc}?",
    ),
    "Notice Period To Terminate Renewal": (
        "How much notice is needed to stop {doc} from renewing?",
        "What is the notice period to terminate the renewal of {doc}?",
    ),
    "Governing Law": ("Which law governs {doc}?", "Under what state's law is {doc} construed?"),
    "Most Favored Nation": (
        "Is there a most favored nation clause in {doc}?",
        "Must better terms given to others be offered to the buyer as well under {doc}?",
    ),
    "Competitive Restriction Exception": (
        "Are there exceptions to the non-compete or exclusivity in {doc}?",
        "What carve-outs from the competitive restrictions does {doc} allow?",
    ),
    "Non-Compete": (
        "Is there a non-compete in {doc}?",
        "Is a party to {doc} forbidden to compete with the other?",
    ),
    "Exclusivity": (
        "Does {doc} grant exclusivity to anyone?",
        "Is there an exclusive dealing commitment in {doc}?",
    ),
    "No-Solicit Of Customers": (
        "May a party to {doc} solicit the other's customers?",
        "Is there a clause against soliciting customers in {doc}?",
    ),
    "No-Solicit Of Employees": (
        "May a party to {doc} hire the other's employees away?",
        "Is there a clause against soliciting employees in {doc}?",
    ),
    "Non-Disparagement": (
        "Does {doc} forbid the parties to disparage each other?",
        "Is there a non-disparagement clause in {doc}?",
    ),
    "Termination For Convenience": (
        "Can {doc} be terminated without cause?",
        "Who may end {doc} for convenience, and with what notice?",
    ),
    "Rofr/Rofo/Rofn": (
        "Is there a right of first refusal, offer or negotiation in {doc}?",
        "Does anyone have a right of first refusal under {doc}?",
    ),
    "Change Of Control": (
        "What happens to {doc} on a change of control?",
        "Can {doc} be ended if one of the parties is acquired?",
    ),
    "Anti-Assignment": (
        "Can {doc} be assigned without consent?",
        "Is consent needed to assign {doc} to a third party?",
    ),
    "Revenue/Profit Sharing": (
        "Do the parties share revenue or profit under {doc}?",
        "What share of revenue has to be paid over under {doc}?",
    ),
    "Price Restrictions": (
        "Does {doc} restrict how prices may be raised or lowered?",
        "Are there limits on price changes in {doc}?",
    ),
    "Minimum Commitment": (
        "Is there a minimum purchase or order commitment in {doc}?",
        "What is the least amount that has to be bought under {doc}?",
    ),
    "Volume Restriction": (
        "Is there a cap on volume or use in {doc}?",
        "Does a fee or consent apply under {doc} when use goes above a threshold?",
    ),
    "Ip Ownership Assignment": (
        "Does intellectual property created under {doc} become the other party's?",
        "Is intellectual property assigned in {doc}?",
    ),
    "Joint Ip Ownership": (
        "Is any intellectual property jointly owned under {doc}?",
        "Does {doc} provide for joint ownership of intellectual property?",
    ),
    "License Grant": ("What licenses does {doc} grant?", "Which license is given under {doc}?"),
    "Non-Transferable License": (
        "Is the license under {doc} non-transferable?",
        "May the licensee transfer the license granted in {doc}?",
    ),
    "Affiliate License-Licensor": (
        "Does the license in {doc} cover property of the licensor's affiliates?",
        "Do the licensor's affiliates grant rights under {doc}?",
    ),
    "Affiliate License-Licensee": (
        "May the licensee's affiliates use the license in {doc}?",
        "Does the license under {doc} extend to the licensee's affiliates?",
    ),
    "Unlimited/All-You-Can-Eat-License": (
        "Is the license in {doc} an unlimited, enterprise-wide one?",
        "Does {doc} include an unlimited usage license?",
    ),
    "Irrevocable Or Perpetual License": (
        "Is any license in {doc} irrevocable or perpetual?",
        "Does {doc} grant a perpetual license?",
    ),
    "Source Code Escrow": (
        "Must source code be put in escrow under {doc}?",
        "Is there a source code escrow in {doc}?",
    ),
    "Post-Termination Services": (
        "What has to be done after {doc} ends?",
        "Are there services or obligations after termination of {doc}?",
    ),
    "Audit Rights": (
        "Who may audit the books under {doc}?",
        "Is there a right to inspect records in {doc}?",
    ),
    "Uncapped Liability": (
        "For which breaches is liability uncapped under {doc}?",
        "Is there unlimited liability in {doc}?",
    ),
    "Cap On Liability": (
        "Is liability capped in {doc}, and at what amount?",
        "What is the limit of liability under {doc}?",
    ),
    "Liquidated Damages": (
        "Are there liquidated damages in {doc}?",
        "What fixed sum is due on breach or early termination of {doc}?",
    ),
    "Warranty Duration": (
        "How long does the warranty in {doc} last?",
        "What is the warranty period under {doc}?",
    ),
    "Insurance": (
        "What insurance must be kept under {doc}?",
        "Does {doc} require insurance?",
    ),
    "Covenant Not To Sue": (
        "Is there a covenant not to sue or to contest rights in {doc}?",
        "May a party to {doc} challenge the other's intellectual property?",
    ),
    "Third Party Beneficiary": (
        "Can someone who is not a party enforce {doc}?",
        "Are there third-party beneficiaries of {doc}?",
    ),
}
"""By CUAD's kind of clause; `{doc}` stands for the contract. Its name and its parties are left
out, since the questions themselves tell them."""

_FORMS = {
    "before": ("Under the {title} between {parties}, {asked}", "In the {called} of {one}: {asked}"),
    "inside": ("the {title} between {parties}", "the {called} of {one} and {other}"),
    "after": ("{asked} I mean the {title} between {parties}.", "{asked} ({called}, {one})"),
    "party": ("the contract with {one}", "the agreement with {other}"),
    UNNAMED: ("this contract", "the agreement"),
}


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract as it calls itself, with the gold spans by kind of clause; none: absent."""

    file: str
    text: str
    title: str
    parties: tuple[str, ...]
    clauses: dict[str, tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class ClauseQuestion:
    """A question in one style; `spans` are empty where the contract has no such clause."""

    text: str
    file: str
    kind: str
    style: str
    spans: tuple[tuple[int, int], ...]


def read_contracts(gold: Path, corpus: Path) -> list[Contract]:
    """The contracts of a file with a line for each contract and kind, whose texts lie in `corpus`.

    Those without a title or two named parties are left out. Raises `BadRequest`.
    """
    rows: defaultdict[str, dict[str, list[tuple[int, int]]]] = defaultdict(dict)
    try:
        for line in gold.read_text("utf-8").splitlines():
            told = json.loads(line)
            spans = [(s[0], s[1]) for quote in told["evidence"] for s in quote["spans"]]
            rows[told["file"]][told["category"]] = [] if told["is_impossible"] else spans
        texts = {file: (corpus / file).read_bytes().decode("utf-8") for file in rows}
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise BadRequest(f"{gold} is not a file of clauses over {corpus} ({error}).") from error
    found = (contract(file, texts[file], kinds) for file, kinds in sorted(rows.items()))
    return [one for one in found if one]


def contract(file: str, text: str, kinds: dict[str, list[tuple[int, int]]]) -> Contract | None:
    """A contract by its spans, or None where it has no title or fewer than two named parties."""
    titles = [text[a:b] for a, b in kinds.get("Document Name", [])]
    parties: dict[str, str] = {}
    for start, end in kinds.get("Parties", []):
        name = " ".join(text[start:end].split())
        if len(name.split()) > 1 and name[:1].isupper():  # “Company” names nobody
            parties.setdefault(normalised(name), name)
    if not titles or len(parties) < 2:
        return None
    title = " ".join(max(titles, key=len).split()).strip(" (")
    clauses = {kind: tuple(kinds.get(kind, ())) for kind in QUESTIONS}
    return Contract(file, text, title, tuple(parties.values()), clauses)


def clause_questions(
    contracts: Sequence[Contract], styles: Sequence[str] = STYLES
) -> Iterator[ClauseQuestion]:
    """Each kind of clause asked of each contract once; chance gives the style and the wording."""
    for one in contracts:
        for kind, wordings in QUESTIONS.items():
            seed = hashlib.sha256(f"{one.file} {kind}".encode()).digest()
            style = styles[seed[0] % len(styles)]
            text = styled(one, wordings[seed[1] % 2], style, seed[2] % 2)
            yield ClauseQuestion(text, one.file, kind, style, one.clauses[kind])


def styled(one: Contract, wording: str, style: str, form: int) -> str:
    """A wording with `{doc}` in it as a question on this contract."""
    told = {
        "title": one.title.title() if one.title.isupper() else one.title,
        "called": one.title.lower(),
        "parties": " and ".join(one.parties[:2]),
        "one": one.parties[0],
        "other": one.parties[1],
    }
    frame = _FORMS[style][form]
    if style in ("before", "after"):
        asked = wording.format(doc="this contract")
        asked = asked[0].lower() + asked[1:] if style == "before" and form == 0 else asked
        return frame.format(asked=asked, **told)
    return wording.format(doc=frame.format(**told))
