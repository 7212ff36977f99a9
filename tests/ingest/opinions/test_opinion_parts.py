"""Who speaks where in a court's opinion; a wrong label is worse than none."""

import time
from pathlib import Path

import pytest

from ingest.facts.extract import facts
from ingest.formats.base.options import DEFAULT
from ingest.formats.markup.text import read_plain_text
from ingest.opinions.parts import opinion_parts
from ingest.parsing.dispatch import read_file
from kb.domain import Element, ElementKind, Fact, Reading
from tests.commands import ROOT
from tests.ingest.opinions.opinions import COURT, SLIP

AUTHORITIES = ROOT / "data" / "sample" / "authorities"
OPINION = [Fact("type", "opinion")]


def read(tmp_path: Path, text: str) -> Reading:
    file = tmp_path / "opinion.txt"
    file.write_text(text)
    return read_plain_text(str(file), file.name)


def told(reading: Reading, known: list[Fact] | None = None) -> list[tuple[str, str]]:
    """Each part with its words on one line."""
    return [
        (one.opinion.named, " ".join(reading.text[one.char_start : one.char_end].split()))
        for one in opinion_parts(reading, OPINION if known is None else known)
    ]


def separate(tmp_path: Path, beginning: str) -> list[str]:
    """What follows the court's opinion in COURT, where it begins so."""
    reading = read(tmp_path, f"{COURT}\n     {beginning} The rule\nought to be another.\n")
    return [
        named
        for named, words in told(reading)
        if not named.startswith(("majority", "disposition")) and "ought" in words
    ]


@pytest.mark.parametrize(
    ("named", "beginnings"),
    [
        (
            "dissent of Bownes",
            [
                "BOWNES, Circuit Judge, dissenting.",
                "BOWNES, Senior Circuit Judge, dissenting:",
                "B OWNES , Circuit Judge, dis-\nsenting:",
                "BOWNES, Circuit Judge, with whom MARSH, Circuit Judge, joins, dissenting.",
                "BOWNES, Circuit Judge, dissenting from the denial of rehearing en banc.",
                "BOWNES, Circuit Judge, dissenting from Part II and the judgment.",
                "BOWNES, J. I respectfully dissent.",
                "¶ 59 BOWNES, J., dissenting.",
                "*860 Justice Bownes, with whom Justice Marsh joins, dissenting.",
                "**BOWNES, Judge,** dissenting.",
            ],
        ),
        (
            "concurrence of Bownes",
            [
                "BOWNES, J., separately concurring.",
                "BOWNES, J., concurring in the judgment.",
                "BOWNES, C.J., concurring in part and concurring in the judgment.",
            ],
        ),
        (
            "concurrence in part and dissent in part of Bownes",
            [
                "BOWNES, Circuit Judge (Concurring in part; Dissenting\nin part).",
                "BOWNES, Circuit Judge, dissenting-in-part and concurring-in-part.",
            ],
        ),
        (
            "dissent of Bownes and Marsh",
            [
                "BOWNES and MARSH, JJ., dissenting.",
            ],
        ),
        (
            "dissent of McCoy",
            [
                "McCoy, J. (dissenting).",
            ],
        ),
        (
            "concurrence of Lyons",
            [
                "LYONS, Justice (concurring specially).",
            ],
        ),
        (
            "dissent of Marilyn J. Kelly",
            [
                "MARILYN J. KELLY, J. (dissenting).",
            ],
        ),
        (
            "dissent of O'Connor",
            [
                "O'CONNOR, J., dissenting.",
            ],
        ),
        (
            "dissent of Scalia",
            [
                "JUSTICE SCALIA, with whom JUSTICE THOMAS joins, dissenting.",
            ],
        ),
        (
            "concurrence of Stern",
            [
                "Justice Stern, concurring in the result.",
            ],
        ),
        (
            "dissent of Roberts",
            [
                "CHIEF JUSTICE ROBERTS, with whom JUSTICE ALITO and\nJUSTICE ROE join, dissenting.",
            ],
        ),
        (
            "concurrence of Harlan",
            [
                "MR. JUSTICE HARLAN, concurring.",
            ],
        ),
        (
            "dissent of Soter, Gale and Dunn",
            [
                "JUSTICE SOTER, JUSTICE GALE, and JUSTICE DUNN, dissenting.",
            ],
        ),
        (
            "separate opinion of Selya",
            [
                "SELYA, Circuit Judge (dubitante).",
            ],
        ),
        (
            "separate opinion of Thomas",
            [
                "Statement of JUSTICE THOMAS respecting the denial of certiorari.",
            ],
        ),
        (
            "dissent of Todd",
            [
                "DISSENTING OPINION BY JUSTICE TODD\n\n    ",
            ],
        ),
    ],
)
def test_a_judge_who_speaks_apart_is_named(
    tmp_path: Path, named: str, beginnings: list[str]
) -> None:
    for beginning in beginnings:
        assert separate(tmp_path, beginning) == [named], beginning


@pytest.mark.parametrize(
    "sentence",
    [
        "Judge Bownes, dissenting, would have held the statute void.",
        "Judge Bownes, dissenting in Smith v. Jones, 12 F.3d 4 (1st Cir. 1993), said so.",
        "Bownes, J., dissenting in Smith, said so.",
        "JUSTICE SCALIA dissenting. That was in 1993.",
        "See Smith v. Jones, 12 F.3d 4 (1st Cir. 1993) (Bownes, J., dissenting).",
        "(BOWNES, J., dissenting). That was in 1993.",
        "BOWNES, J., filed a dissenting opinion.",
        "BOWNES, J., concurs.",
        "As the dissent says, it is void. The concurring opinion agrees.",
        "B. The Dissent",
        "the mills rely on\nBOWNES, J., dissenting. That was in 1993.",
        "– Dissenting Opinion Follows –",
        "The District Judge, dissenting from the view of the magistrate, ruled so.",
    ],
)
def test_a_mention_in_a_sentence_begins_nothing(tmp_path: Path, sentence: str) -> None:
    reading = read(tmp_path, f"{COURT}\n     {sentence} The rule\nought to be another.\n")
    assert [named for named, _ in told(reading)] == ["disposition"]


def test_the_court_speaks_from_its_judges_name_to_its_order(tmp_path: Path) -> None:
    dissent = (
        "\n                 - 9 -\n     BOWNES, Circuit Judge, dissenting.  I would reverse.\n"
    )
    (court, ordered, apart) = told(read(tmp_path, COURT + dissent))
    assert court[0] == "majority of Lindt"
    assert court[1].startswith("LINDT, Circuit Judge. The mills")
    assert court[1].endswith("would have gone further.")
    assert ordered[0] == "disposition"
    assert ordered[1].startswith("CONCLUSION The judgment of the district court is affirmed. Costs")
    assert "So ordered." in ordered[1] and "dissenting" not in ordered[1]
    assert apart == ("dissent of Bownes", "BOWNES, Circuit Judge, dissenting. I would reverse.")


def test_a_court_beside_which_nobody_speaks_needs_no_name(tmp_path: Path) -> None:
    assert [named for named, _ in told(read(tmp_path, COURT))] == ["disposition"]


def test_what_is_no_opinion_has_no_parts(tmp_path: Path) -> None:
    reading = read(tmp_path, COURT + "\n     BOWNES, Circuit Judge, dissenting.  No.\n")
    for kind in ("brief", "memo", "lease"):
        assert told(reading, [Fact("type", kind)]) == []
    assert told(reading, []) == []


def test_another_name_after_the_court_may_be_anything(tmp_path: Path) -> None:
    reading = read(tmp_path, COURT + "\n     MARSH, Circuit Judge.  I see it otherwise.\n")
    assert all("otherwise" not in words for _, words in told(reading))


def test_a_slip_opinion_is_told_by_the_heads_of_its_pages(tmp_path: Path) -> None:
    parts = told(read(tmp_path, SLIP))
    assert [named for named, _ in parts] == [
        "syllabus",
        "majority of Marsh",
        "disposition",
        "concurrence in part and dissent in part of Doe",
        "dissent of Roe",
    ]
    words = [said for _, said in parts]
    assert words[0].endswith("concurring in part and dissenting in part.")
    assert words[1].startswith("Cite as: 579 U. S. ____ (2016) 1 Opinion of the Court")
    assert words[2].startswith("We reverse the judgment") and words[2].endswith("so ordered.")
    assert words[3].startswith("Cite as:") and words[3].endswith("not on what follows from it.")
    assert words[4].startswith("Cite as: 579 U. S. ____ (2016) 1 ROE, J., dissenting SUPREME")


def test_an_order_stands_above_who_dissents_from_it(tmp_path: Path) -> None:
    text = (
        "            Cite as: 580 U. S. ____ (2016)            1\n\n"
        "                 ROE, J., dissenting\n\nSUPREME COURT OF THE UNITED STATES\n"
        "             No. 15–7848. Decided October 17, 2016\n\n\n"
        "   The petition for a writ of certiorari is denied.\n"
        "   JUSTICE ROE, with whom JUSTICE DOE joins, dissenting\n"
        "from the denial of certiorari.\n   I would grant the petition.\n"
    )
    assert told(read(tmp_path, text)) == [
        ("disposition", "The petition for a writ of certiorari is denied."),
        (
            "dissent of Roe",
            "JUSTICE ROE, with whom JUSTICE DOE joins, dissenting from the denial of certiorari. "
            "I would grant the petition.",
        ),
    ]


def test_a_plurality_is_no_majority(tmp_path: Path) -> None:
    text = SLIP.replace(
        "delivered the opinion of the Court.\n  The",
        "announced the judgment of the Court\nand delivered an opinion, in which JUSTICE ROE "
        "joins.\n  The",
    ).replace("Opinion of the Court", "Opinion of MARSH, J.")
    assert "plurality of Marsh" in dict(told(read(tmp_path, text)))
    assert not any(named.startswith("majority") for named, _ in told(read(tmp_path, text)))


@pytest.mark.parametrize(
    ("end", "ordered"),
    [
        ("Affirmed.", "Affirmed."),
        ("REVERSED and REMANDED.", "REVERSED and REMANDED."),
        ("Affirmed in part; vacated in part; and remanded. No costs.",) * 2,
        ("For these reasons, we vacate the sentence and remand the case.",) * 2,
        ("It has no merit, for four reasons.\n\n     Affirmed.\n\n                 -9-",
         "Affirmed. -9-"),
        ("Therefore the order of the court below is\n\n     Affirmed.",
         "Therefore the order of the court below is Affirmed."),
        ("The motion (Doc. 9) is DENIED.\n\n     SO ORDERED.",
         "The motion (Doc. 9) is DENIED. SO ORDERED."),
        ("The petition is denied.\n\n     MARSH and DOE, JJ., concur.",
         "The petition is denied. MARSH and DOE, JJ., concur."),
        ("The court denied the motion in 2014, as it did in Doe, 1 F.3d 2.", None),
        ("If the order is reversed, they will be heard again only if we so say.", None),
    ],
)  # fmt: skip
def test_what_is_ordered_is_told_by_its_words(tmp_path: Path, end: str, ordered: str) -> None:
    start = COURT.partition("                          CONCLUSION")[0]
    found = dict(told(read(tmp_path, f"{start}\n     {end}\n")))
    assert found.get("disposition") == ordered


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("bellweather-v-quarrystone.pdf", ["disposition"]),
        ("ostrander-v-pike-valley.txt", ["disposition"]),
        ("sable-point-ferry-v-orrin.pdf", ["disposition"]),
        ("tolliver-v-ashdown.html", ["disposition"]),
        (
            "delgrave-v-union-dock.pdf",
            ["majority of Huxtable", "disposition", "concurrence of Stern"],
        ),
        (
            "marchbank-v-cordwainer-cafe.pdf",
            [
                "majority of Asare",
                "disposition",
                "concurrence in part and dissent in part of Pritchard",
            ],
        ),
    ],
)
def test_the_sample_firms_authorities_are_told_apart(name: str, parts: list[str]) -> None:
    reading = read_file(str(AUTHORITIES / name), name, DEFAULT)
    found = opinion_parts(reading, facts(reading, name))
    assert [one.opinion.named for one in found] == parts


@pytest.mark.parametrize(
    "line",
    [
        "ADAMS{n}, J., dissenting. I disagree.",
        "X{n}A, J., dissenting",
        "A, B, C and D, E, F, G, H, I, J. K, L, M, N, and Q Judge",
        "BOWNES, J., with whom and with whom the judge and with whom the judge, dis",
        "order is order is order is order is order is order is",
    ],
)
def test_the_time_grows_with_the_text_and_no_faster(line: str) -> None:
    lines = [line.format(n=number % 97) for number in range(4_000)]
    elements, at = [], 0
    for one in lines:
        elements.append(Element(ElementKind.PARAGRAPH, at, at + len(one)))
        at += len(one) + 1
    began = time.process_time()
    opinion_parts(Reading("text/plain", "\n".join(lines), tuple(elements)), OPINION)
    assert time.process_time() - began < 4
