"""Legal citations: what is read, how it is spelled, what the short forms mean."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.citations.extract import citations
from ingest.citations.prefilter import windows
from ingest.citations.sandboxed import read_citations
from ingest.digest import digest
from ingest.facts.extract import facts
from ingest.formats.base.options import DEFAULT
from ingest.parsing.dispatch import read_file
from kb.domain import DocumentId, Element, ElementKind, Reading
from kb.domain.citations import POINTING, CitationKind, LegalCitation, squeezed
from kb.sandbox.pool import Pool
from tests.commands import ROOT
from tests.fakes import FakeEmbedder

GOLDEN = """
410 U.S. 113 | case | 410 U.S. 113
410 US 113 | case | 410 U.S. 113
410 U. S. 113 | case | 410 U.S. 113
93 S. Ct. 705 | case | 93 S. Ct. 705
93 S.Ct. 705 | case | 93 S. Ct. 705
93 Sup. Ct. 705 | case | 93 S. Ct. 705
35 L. Ed. 2d 147 | case | 35 L. Ed. 2d 147
35 L.Ed.2d 147 | case | 35 L. Ed. 2d 147
5 U.S. (1 Cranch) 137 | case | 5 U.S. 137
123 F.3d 456 | case | 123 F.3d 456
123 F. 3d 456 | case | 123 F.3d 456
123 F3d 456 | case | 123 F.3d 456
604 F. Supp. 2d 288 | case | 604 F. Supp. 2d 288
604 F.Supp.2d 288 | case | 604 F. Supp. 2d 288
623 F. App'x 668 | case | 623 F. App'x 668
12 N.Y.S.2d 5 | case | 12 N.Y.S.2d 5
12 N. Y. S. 2d 5 | case | 12 N.Y.S.2d 5
123 Cal.App.4th 5 | case | 123 Cal. App. 4th 5
146 Ohio St. 3d 60 | case | 146 Ohio St. 3d 60
847 N.E.2d 315 | case | 847 N.E.2d 315
2010 WL 12345 | case | 2010 WL 12345
2010 U.S. Dist. LEXIS 1234 | case | 2010 U.S. Dist. LEXIS 1234
18 U.S.C. § 1839 | statute | 18 U.S.C. § 1839
18 U. S. C. §1839 | statute | 18 U.S.C. § 1839
29 C.F.R. § 1910.12 | statute | 29 C.F.R. § 1910.12
Cal. Penal Code § 187 | statute | Cal. Penal Code § 187
Mass. Gen. Laws ch. 106, § 2-314 | statute | Mass. Gen. Laws ch. 106, § 2-314
Fed. R. Civ. P. 12(b)(6) | statute | Fed. R. Civ. P. 12
Fed.R.Evid. 403 | statute | Fed. R. Evid. 403
Fed. R. Bankr. P. 7004 | statute | Fed. R. Bankr. P. 7004
U.S. Const. amend. XIV, § 1 | statute | U.S. Const. amend. XIV
115 Stat. 272 | statute | 115 Stat. 272
Pub. L. No. 107-56 | statute | Pub. L. No. 107-56
90 Harv. L. Rev. 1 | journal | 90 Harv. L. Rev. 1
2007 ND 5 | neutral | 2007 ND 5
[2019] UKSC 12 | neutral | [2019] UKSC 12
(2019) UKSC 12 | neutral | [2019] UKSC 12
[2020] EWCA Civ 1 | neutral | [2020] EWCA Civ 1
[2020] EWHC 123 (Ch) | neutral | [2020] EWHC 123 (Ch)
[2003] HCA 5 | neutral | [2003] HCA 5
[2011] NZSC 7 | neutral | [2011] NZSC 7
2015 SCC 5 | neutral | 2015 SCC 5
2019 ONCA 817 | neutral | 2019 ONCA 817
[1932] AC 562 | case | [1932] AC 562
[1990] 2 AC 605 | case | [1990] 2 AC 605
[2002] 1 WLR 577 | case | [2002] 1 WLR 577
ECLI:EU:C:2014:317 | ecli | ECLI:EU:C:2014:317
ECLI:DE:BGH:2019:120319UXIZR9.17.0 | ecli | ECLI:DE:BGH:2019:120319UXIZR9.17.0
ecli:nl:hr:2016:2015 | ecli | ECLI:NL:HR:2016:2015
"""
SPELLINGS = [tuple(part.strip() for part in line.split("|")) for line in GOLDEN.split("\n") if line]


def read_in(text: str, title: str = "", *, court_paper: bool = False) -> list[LegalCitation]:
    found = citations(text, [], title, court_paper=court_paper)
    for one in found:
        assert 0 <= one.char_start <= one.char_end <= len(text)
    return list(found)


def meant(text: str) -> list[tuple[str, str]]:
    """What stands there, and the authority that it means."""
    return [
        (" ".join(text[one.char_start : one.char_end].split()), one.authority)
        for one in read_in(text)
    ]


@pytest.mark.parametrize(("spelling", "kind", "normal"), SPELLINGS)
def test_every_spelling_is_read_and_normalised(spelling: str, kind: str, normal: str) -> None:
    text = f"The court relied on {spelling}, and so does this memorandum."
    [one] = read_in(text)
    assert (one.kind.value, one.normal, one.authority) == (kind, normal, normal)
    said = text[one.char_start : one.char_end]
    assert squeezed(said) in squeezed(spelling)


def test_there_are_at_least_forty_spellings() -> None:
    assert len(SPELLINGS) >= 40


@pytest.mark.parametrize(
    "text",
    [
        "The lease began on 12 May 2020 and ends on 11 May 2025.",
        "Rent of USD 5,000 is due under Section 4.2(a) of the Lease.",
        "He lives at 12 Main St. 5 (2020).",
        "Invoice 410 of 113 pages, see id card and supra-national rules.",
    ],
)
def test_what_is_no_citation_is_none(text: str) -> None:
    assert read_in(text) == []


def test_parts_of_a_citation_are_told() -> None:
    [one] = read_in("See Roe v. Wade, 410 U.S. 113, 120-21 (1973) (holding so).")
    assert (one.volume, one.reporter, one.page, one.pin) == ("410", "U.S.", "113", "120-21")
    assert (one.name, one.year) == ("Roe v. Wade", 1973)
    assert one.court == "Supreme Court of the United States"
    [other] = read_in("In re Colonial Mortgage Bankers Corp., 324 F.3d 12, 15 (1st Cir. 2003).")
    assert other.name == "In re Colonial Mortgage Bankers Corp."
    assert other.court == "Court of Appeals for the First Circuit"


def test_a_citation_goes_on_over_lines_pages_and_running_headers() -> None:
    page = "- 7 -\n\nNo. 12-3 Smith"
    text = f"as held in Smith v. Jones, 324\n\nF.3d\n\n{page}\n\n12, 15 (1st Cir. 2003)."
    header = text.index("No. 12-3 Smith")
    [one] = citations(text, [(header, header + 14)], "", court_paper=False)
    assert one.normal == "324 F.3d 12"
    assert text[one.char_start : one.char_end].startswith("324\n\nF.3d")
    assert text[one.char_start : one.char_end].endswith("12")


ROE = "Roe v. Wade, 410 U.S. 113 (1973)"
DOE = "Doe v. Bolton, 410 U.S. 179 (1973)"


@pytest.mark.parametrize(
    ("text", "last"),
    [
        pytest.param(f"{ROE}. Id. at 120.", "410 U.S. 113", id="id. is the one before"),
        pytest.param(f"{ROE}; {DOE}. Id. at 190.", "410 U.S. 179", id="of two the later"),
        pytest.param(f"{ROE}. Doe is not. Id.", "410 U.S. 113", id="without a page"),
        pytest.param(
            f"Smith v. Jones, 5 F.3d 10, 12 (1st Cir. 1993) (quoting {ROE}). Id. at 14.",
            "5 F.3d 10",
            id="not what stands in parentheses",
        ),
        pytest.param(
            "Smith v. Jones, 5 F.3d 10 (1st Cir. 1993), aff'd, 510 U.S. 20 (1994). Id. at 14.",
            "5 F.3d 10",
            id="not the later history",
        ),
        pytest.param(
            f"{ROE}. Smith v. Jones, 5 F.3d 900 (1st Cir. 1993). Id. at 120.",
            "410 U.S. 113",
            id="a page that the one before cannot have",
        ),
        pytest.param(f"{ROE}. Roe, supra, at 125.", "410 U.S. 113", id="supra by its name"),
        pytest.param(f"{ROE}. {DOE}. Roe, 410 U.S. at 116.", "410 U.S. 113", id="a short form"),
        pytest.param(f"{ROE}. {DOE}. 410 U.S., at 190.", "410 U.S. 179", id="by its page alone"),
        pytest.param("18 U.S.C. § 1839(3). Id. § 1839(5).", "18 U.S.C. § 1839", id="a statute"),
        pytest.param("Id. at 120.", "", id="nothing before"),
        pytest.param(f"{ROE}. 3 LaFave, supra, § 19.3.", "", id="a treatise not cited in full"),
        pytest.param(f"{ROE}. Smith, 99 F.3d at 5.", "", id="a volume not cited in full"),
        pytest.param(
            "In re Crestfall, 272 Tam. 9 (2000). Crestfall, 272 Tam. at 11.",
            "272 Tam. 9",
            id="a reporter that no list knows",
        ),
        pytest.param(
            "Smith v Jones [2019] UKSC 12 at [3]. Ibid. at [5].", "[2019] UKSC 12", id="neutral"
        ),
    ],
)
def test_short_forms_mean_what_was_cited_before(text: str, last: str) -> None:
    one = read_in(text)[-1]
    assert one.kind in POINTING
    assert one.authority == last


def test_parallel_citations_are_one_authority() -> None:
    text = "Roe v. Wade, 410 U.S. 113, 93 S. Ct. 705, 35 L. Ed. 2d 147 (1973). Id. at 120."
    assert {authority for _, authority in meant(text)} == {"410 U.S. 113"}
    assert {one.name for one in read_in(text) if one.kind is CitationKind.CASE} == {"Roe v. Wade"}
    apart = meant("Roe v. Wade, 410 U.S. 113 (1973); Smith v. Jones, 93 F.3d 705 (1st Cir. 1996).")
    assert [authority for _, authority in apart] == ["410 U.S. 113", "93 F.3d 705"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(f"{ROE}, overruled by Dobbs, 597 U.S. 215 (2022).", ["overruled"], id="after"),
        pytest.param(f"We decline to follow {ROE}.", ["decline to follow"], id="before"),
        pytest.param(
            "Smith v. Jones, 5 F.3d 10 (1st Cir. 1993), rev'd on other grounds, 510 U.S. 2 (1994).",
            ["rev'd on other grounds"],
            id="later history is of the first",
        ),
        pytest.param(
            f"The decision was affirmed. {'Much else was said. ' * 9}{ROE}.", [], id="far away"
        ),
    ],
)
def test_treatment_words_are_shown_with_their_place(text: str, words: list[str]) -> None:
    first = read_in(text)[0]
    assert [one.words for one in first.treatment] == words
    for one in first.treatment:
        assert text[one.char_start : one.char_end] == one.words


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("bellweather-v-quarrystone.pdf", "244 Tam. App. 2d 301"),
        ("delgrave-v-union-dock.pdf", "207 Tam. App. 2d 88"),
        ("marchbank-v-cordwainer-cafe.pdf", "318 Tam. 402"),
        ("sable-point-ferry-v-orrin.pdf", "331 Tam. 519"),
        ("tolliver-v-ashdown.html", "541 F. Supp. 3d 880"),
        ("ostrander-v-pike-valley.txt", None),
    ],
)
def test_an_opinion_says_which_citation_is_its_own(name: str, own: str | None) -> None:
    path = ROOT / "data" / "sample" / "authorities" / name
    reading = read_file(str(path), name, DEFAULT)
    found, problem = in_a_child(reading, name)
    assert problem == ""
    assert {one.normal for one in found if one.own} == ({own} if own else set())


@pytest.mark.parametrize(
    ("head", "own"),
    [
        pytest.param("347 U.S. 483 (1954)\n\nBROWN v. BOARD", ["347 U.S. 483"], id="a line"),
        pytest.param("Cite as: 347 U.S. 483", ["347 U.S. 483"], id="labelled"),
        pytest.param("Smith v Jones\n[2019] UKSC 12", ["[2019] UKSC 12"], id="neutral"),
        pytest.param("Brown v. Board, 347 U.S. 483 (1954)", ["347 U.S. 483"], id="first line"),
        pytest.param("See Brown v. Board, 347 U.S. 483.\nWe agree.", [], id="a sentence"),
        pytest.param(
            "TABLE\n1 U.S. 1\n2 U.S. 2\n3 U.S. 3\n4 U.S. 4\n5 U.S. 5", [], id="a table of them"
        ),
    ],
)
def test_a_caption_says_what_a_paper_of_a_court_is(head: str, own: list[str]) -> None:
    text = f"SUPREME COURT\n\n{head}\n\nThe judgment is affirmed.\n"
    found = read_in(text, court_paper=True)
    assert [one.normal for one in found if one.own] == own
    assert not any(one.own for one in read_in(text, court_paper=False))


def test_the_time_grows_with_the_length_and_a_hostile_text_is_read() -> None:
    hostile = "1 A. 1 v. " * 2_000 + "Id. at 1; " * 2_000 + "§ " * 5_000 + "[2019] " * 2_000
    assert isinstance(read_in(hostile), list)


def in_a_child(
    reading: Reading, name: str, *, timeout_s: float = 60
) -> tuple[tuple[LegalCitation, ...], str]:
    with Pool(1) as pool:
        return read_citations(reading, reading.title, facts(reading, name), pool, timeout_s)


def test_a_child_gives_the_same_as_this_process() -> None:
    text = f"{ROE}, overruled by Dobbs, 597 U.S. 215 (2022). Id. at 120."
    found, _ = in_a_child(reading_of(text), "memo.txt")
    assert list(found) == read_in(text)


def test_a_text_that_takes_too_long_loses_its_citations_alone() -> None:
    found, problem = in_a_child(reading_of(f"{ROE}. " * 400), "memo.txt", timeout_s=0.01)
    assert found == ()
    assert "legal citations could not be read" in problem


def test_citations_are_looked_for_only_in_a_text_or_title_that_may_have_some() -> None:
    cite, plain = "It is governed by 18 U.S.C. § 1030.", "The lease began on 12 May 2020."
    for text, title, cites in ((plain, "lease", False), (cite, "", True), (plain, cite, True)):
        reading = replace(reading_of(text), title=title)
        assert digest(reading, "a.txt", DocumentId("d"), FakeEmbedder().counter, 100)[-1] is cites


def reading_of(text: str) -> Reading:
    return Reading("text/plain", text, (Element(ElementKind.PARAGRAPH, 0, len(text)),))


def test_words_of_documents_stay_out_of_logs(caplog: pytest.LogCaptureFixture) -> None:
    overlapping = "Rochin v. California, 342 U.S. 165, (1952), 523 U.S. at 845 (2007); " * 3
    assert read_in(overlapping)
    assert not re.search("Rochin", caplog.text)


def test_the_sample_of_authorities_is_there() -> None:
    assert len(list(Path(ROOT / "data" / "sample" / "authorities").iterdir())) == 6


@pytest.mark.parametrize(
    "words",
    [
        "see 410 U.S., at 113",
        "5 U.S. (1 Cranch) 137",
        "Smith v Jones, 45 AD3d 612",
        "2019 WL 123456",
        "12 F.3d 34",
        "42 U.S.C. 1983",
        "108 Harv. L. Rev. 12",
        "the rule of § 12",
        "See supra note 4.",
        "Id. at 7",
    ],
)
def test_what_may_cite_is_read(words: str) -> None:
    assert list(windows("x " * 3000 + words))[-1][0] == 4000


def test_numbers_of_a_contract_are_passed_over() -> None:
    text = "12.1 Rent. Within 30 Days of 5 Company shall pay the 2 Sellers 400 Dollars by May 3. "
    assert not list(windows(text * 400))
    assert [one for one, _ in windows(text * 100 + "410 U.S. 113" + text * 400)] == [8000]
