"""What is known of a document without a model: its kind, date, parties, court, law."""

import time

import pytest

from ingest.facts.extract import facts
from kb.domain import Element, ElementKind, Fact, Page, Reading

SUPPLY = """Exhibit 10.4

MASTER SUPPLY AGREEMENT

This Master Supply Agreement (this "Agreement") is made and entered into as of this 3rd day of
March, 2019 by and between Harbor Mills, Inc., a Delaware corporation with offices at 12 Quay
Street, Suite 4, Albany, New York 12207 (the "Supplier"), and Doyle Tool & Die Co. Ltd, a company
organized under the laws of Ontario ("Buyer"), and amends nothing in the Lease dated May 1, 2011.

WHEREAS, the Supplier makes tools and dies; and WHEREAS the Buyer wishes to buy them;

14.2 Governing Law. This Agreement shall be governed by, and construed in accordance with, the
internal laws of the State of
New York, without regard to its conflict of law principles.
"""
OPINION = """                  UNITED STATES COURT OF APPEALS
                      FOR THE NINTH CIRCUIT

No. 15-1234

                    HARBOR MILLS, INC., ET AL.,
                      Plaintiffs, Appellants,

                                v.

          ELENA ROWE, SECRETARY OF TRANSPORTATION,
                       Defendant, Appellee.

       APPEAL FROM THE UNITED STATES DISTRICT COURT
              FOR THE DISTRICT OF NEVADA
        [Hon. Piers Quayle, U.S. District Judge]

                              Before
                      Okonjo, Chief Judge,
                  Lindt, Senior Circuit Judge,
                    and Marsh, Circuit Judge.

     Ada Bell, with whom Bell & Dunn were on brief, for appellants.

                          May 4, 2016

     LINDT, Senior Circuit Judge.  The mills sued on June 1, 2014. They cite Doe v. Roe, No.
99-1, decided March 3, 1999, and lost.
"""


def read(text: str, name: str = "document.txt") -> dict[str, list[str]]:
    return values(facts(Reading("text/plain", text, ()), name))


def values(found: tuple[Fact, ...]) -> dict[str, list[str]]:
    there: dict[str, list[str]] = {}
    for fact in found:
        there.setdefault(fact.name, []).append(fact.value)
    return there


def test_a_contract_says_what_it_is_when_between_whom_and_under_which_law() -> None:
    assert read(SUPPLY) == {
        "type": ["supply agreement"],
        "date": ["2019-03-03"],
        "party": ["Harbor Mills, Inc.", "Doyle Tool & Die Co. Ltd"],
        "jurisdiction": ["New York"],
        "language": ["en"],
    }


def test_an_opinion_names_court_docket_panel_and_parties() -> None:
    found = read(OPINION)
    assert found.pop("language") == ["en"]
    assert found == {
        "type": ["opinion"],
        "date": ["2016-05-04"],
        "party": ["HARBOR MILLS, INC.", "ELENA ROWE"],
        "court": ["United States Court of Appeals for the Ninth Circuit"],
        "docket": ["15-1234"],
        "judge": ["Okonjo", "Lindt", "Marsh"],
        "jurisdiction": ["United States"],
    }


def test_a_contract_whose_date_is_blank_does_not_take_that_of_another() -> None:
    text = SUPPLY.replace("this 3rd day of\nMarch, 2019", "____________, 2019")
    assert "date" not in read(text)


def test_facts_of_the_file_win_where_there_can_be_one_and_join_where_there_can_be_many() -> None:
    stated = (Fact("date", "2020-01-01"), Fact("author", "E. Rowe"), Fact("party", "Quay LLC"))
    found = values(facts(Reading("text/plain", SUPPLY, (), facts=stated), "a.txt"))
    assert found["date"] == ["2020-01-01"]
    assert found["author"] == ["E. Rowe"]
    assert found["party"] == ["Quay LLC", "Harbor Mills, Inc.", "Doyle Tool & Die Co. Ltd"]


def test_a_fact_that_file_and_text_state_is_told_once() -> None:
    reading = Reading("text/plain", SUPPLY, (), facts=(Fact("party", "HARBOR MILLS, INC."),))
    assert len(values(facts(reading, "a.txt"))["party"]) == 2


def test_what_a_reader_of_the_page_cannot_see_gives_no_fact() -> None:
    hidden = "This Agreement is governed by the laws of the State of Nevada.\n"
    text = hidden + SUPPLY
    reading = Reading("text/plain", text, (Element(ElementKind.HIDDEN, 0, len(hidden)),))
    assert values(facts(reading, "a.txt"))["jurisdiction"] == ["New York"]


def test_pages_with_stamps_give_a_bates_range() -> None:
    pages = (Page(1, 0, 1), Page(2, 1, 2, label="HM-0007"), Page(3, 2, 3, label="HM-0008"))
    assert facts(Reading("application/pdf", "abc", (), pages), "a.pdf") == (
        Fact("bates", "HM-0007 - HM-0008"),
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("RETAIL LEASE\nThis Lease is made between A Inc. and B LLC.", "lease"),
        pytest.param("Mutual Non-Disclosure Agreement\nThe parties agree.", "nda"),
        pytest.param("AMENDMENT NO. 2 TO LICENSE AGREEMENT\nThe parties agree.", "amendment"),
        pytest.param(
            "AGREEMENT\nThis Franchise Agreement binds the parties.", "franchise agreement"
        ),
        pytest.param("PROMOTION AGREEMENT\nThe parties agree.", "promotion agreement"),
        pytest.param("AGREEMENT\nThe parties agree.", "contract"),
        pytest.param("Rowe LLP\nMay 4, 2020\nRe: the lease\nDear Ms. Marsh:\nNo.", "letter"),
        pytest.param("ENGAGEMENT LETTER\nMay 4, 2020\nDear Ms. Marsh:\nYes.", "engagement letter"),
        pytest.param("MEMORANDUM\nTo: A\nFrom: B\nDate: May 4, 2020", "memo"),
        pytest.param("Minutes of the Board of Directors\nMay 4, 2020", "minutes"),
        pytest.param("Document Retention Policy\nEffective Date: May 4, 2020", "policy"),
        pytest.param("INVOICE No. 12\nInvoice date: May 4, 2020", "invoice"),
        pytest.param("NDA Playbook\nWhat the parties to an agreement want.", ""),
        pytest.param("DEPOSITION SUMMARY\nEMPLOYMENT AGREEMENT\nHe agreed.", ""),
        pytest.param("Notes of a call about the lease between them.", ""),
    ],
)
def test_a_document_is_of_one_of_the_known_kinds_or_of_none(text: str, kind: str) -> None:
    found = read(text)
    assert found.get("type", [""]) == [kind]
    if "May 4, 2020" in text:
        assert found["date"] == ["2020-05-04"]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("COMPLAINT FOR BREACH OF CONTRACT", "complaint"),
        ("DEFENDANT'S MOTION TO DISMISS", "motion"),
        ("BRIEF OF APPELLANT", "brief"),
        ("ORDER DENYING MOTION TO DISMISS", "order"),
        ("MEMORANDUM OPINION", "opinion"),
    ],
)
def test_a_paper_with_a_courts_caption_is_told_by_its_heading(heading: str, kind: str) -> None:
    text = f"""UNITED STATES DISTRICT COURT
SOUTHERN DISTRICT OF NEW YORK
HARBOR MILLS, INC.,
                 Plaintiff,              )
      v.                                 )   Case No. 1:20-cv-00123-ABC
DOYLE TOOL CO.,                          )
                 Defendant.              )
{heading}
The parties met."""
    found = read(text)
    assert found["type"] == [kind]
    assert found["court"] == ["United States District Court for the Southern District of New York"]
    assert found["docket"] == ["1:20-cv-00123-ABC"]
    assert found["party"] == ["HARBOR MILLS, INC.", "DOYLE TOOL CO."]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("A" * 20_000_000, id="one letter"),
        pytest.param("governed by the laws of the " * 750_000, id="law"),
        pytest.param("AGREEMENT between " + "Acme, " * 3_300_000, id="parties"),
        pytest.param("between A " + '("x"), ' * 2_800_000, id="terms"),
        pytest.param("SUPREME COURT OF TEXAS\n" + "A\nv.\n" * 4_000_000, id="captions"),
        pytest.param(
            "SUPREME COURT OF TEXAS\nA v. B\nBefore " + "Chief Judge " * 1_600_000, id="judges"
        ),
        pytest.param("SUPREME COURT OF TEXAS\nNos. " + "1, " * 6_600_000, id="dockets"),
        pytest.param(("x" * 79_000) + "delivered the opinion JJ., " * 700_000, id="votes"),
        pytest.param("\n" * 20_000_000, id="empty lines"),
    ],
)
def test_a_hostile_text_takes_well_under_a_second(text: str) -> None:
    facts(Reading("text/plain", "The parties agree. " * 50, ()), "warm.txt")
    began = time.process_time()
    facts(Reading("text/plain", text, ()), "hostile.txt")
    assert time.process_time() - began < 1


def test_the_same_reading_gives_the_same_facts() -> None:
    reading = Reading("text/plain", OPINION, ())
    assert facts(reading, "a.txt") == facts(reading, "a.txt")
