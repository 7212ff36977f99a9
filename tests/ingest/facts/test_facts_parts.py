"""The parts facts are made of: days, places of law, names, courts, languages."""

import pytest

from ingest.facts.base.aligned import Aligned
from ingest.facts.base.days import days
from ingest.facts.base.head_and_tail import glance
from ingest.facts.courts import court
from ingest.facts.dockets import dockets
from ingest.facts.governing_law import governing_law
from ingest.facts.judges import judges
from ingest.facts.language import language
from ingest.facts.parties import contract_parties
from kb.domain import Reading


def seen(*lines: str) -> tuple[Aligned, ...]:
    """These lines as a rule sees them."""
    return glance(Reading("text/plain", "\n".join(lines), ()), "a.txt").lines


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("March 3, 2019", "2019-03-03"),
        ("the 3rd day of March, 2019", "2019-03-03"),
        ("this first (1st) day of January, 1996", "1996-01-01"),
        ("3 March 2019", "2019-03-03"),
        ("Sept. 3rd, 2019", "2019-09-03"),
        ("2019-03-03", "2019-03-03"),
        ("13/04/2019", "2019-04-13"),
        ("04/13/2019", "2019-04-13"),
        ("05/05/2019", "2019-05-05"),
        ("31.12.2019", "2019-12-31"),
        ("am 3. März 2019", "2019-03-03"),
        ("le 1er août 2019", "2019-08-01"),
        ("3 de marzo de 2019", "2019-03-03"),
        ("2019年3月3日", "2019-03-03"),
        ("03/04/2019", None),
        ("February 30, 2019", None),
        ("March 2019", None),
        ("March ___, 2019", None),
        ("5/8/14", None),
    ],
)
def test_a_day_is_read_only_where_it_can_be_read_in_one_way(text: str, iso: str | None) -> None:
    assert [day.iso for day in days(text)] == ([iso] if iso else [])


@pytest.mark.parametrize(
    ("clause", "place"),
    [
        ("THIS AGREEMENT SHALL BE GOVERNED BY THE LAWS OF THE STATE OF DELAWARE.", "Delaware"),
        ("This letter is governed by English law.", "England"),
        ("This Deed is governed by the laws of England and Wales.", "England and Wales"),
        ("This Agreement is governed by PRC laws.", "China"),
        ("The law of Tamarack governs this letter.", "Tamarack"),
        (
            "This lease is construed in accordance with the laws of the Republic of Korea.",
            "South Korea",
        ),
        ("This Agreement is governed by the law of the Province of Ontario, Canada.", "Ontario"),
        (
            "This Agreement is governed by the laws of the United States and the State of Texas.",
            "Texas",
        ),
        ("This note is governed by the laws of Washington, D.C.", "District of Columbia"),
        ("Dieser Vertrag unterliegt dem Recht der Bundesrepublik Deutschland.", "Germany"),
        ("A GmbH is a company governed by the laws of Austria.", ""),
        ("This Agreement is governed by the laws of such state as the parties choose.", ""),
        ("This Agreement is governed by applicable law.", ""),
    ],
)
def test_the_governing_law_is_that_of_the_clause(clause: str, place: str) -> None:
    assert governing_law(Reading("text/plain", clause, ())) == place


def test_a_clause_on_this_agreement_goes_before_one_on_something_else() -> None:
    text = (
        "The trust is governed by the laws of Jersey. " + "Filler words follow here. " * 20 + "\n"
        "This Agreement shall be governed by the laws of Ohio."
    )
    assert governing_law(Reading("text/plain", text, ())) == "Ohio"


@pytest.mark.parametrize(
    ("opening", "names"),
    [
        pytest.param(
            "is made by and among Acme LLC, Brook & Sons L.P., and Cedar Bank, N.A.",
            ["Acme LLC", "Brook & Sons L.P.", "Cedar Bank, N.A."],
            id="a list",
        ),
        pytest.param(
            "is made between Acme (UK) Limited (“Acme”) and Jane Doe, an individual (“Consultant”)",
            ["Acme (UK) Limited", "Jane Doe"],
            id="a person",
        ),
        pytest.param(
            "between ACME LLC, as Landlord and BROOK, INC., as Tenant Dated as of May 1, 2019",
            ["ACME LLC", "BROOK, INC."],
            id="a cover",
        ),
        pytest.param(
            "Acme plc (“Acme”) and Brook Ltd (“Brook”) agree as follows",
            ["Acme plc", "Brook Ltd"],
            id="defined terms alone",
        ),
        pytest.param("between the Landlord and the Tenant", [], id="roles are no names"),
        pytest.param("between Acme Inc., Denver, Colorado (“Acme”)", [], id="one is none"),
    ],
)
def test_parties_are_named_without_roles_and_addresses(opening: str, names: list[str]) -> None:
    look = glance(Reading("text/plain", f"This Agreement {opening}", ()), "a.txt")
    assert contract_parties(look) == names


@pytest.mark.parametrize(
    ("lines", "name", "place"),
    [
        (
            ("SUPREME COURT OF THE UNITED STATES",),
            "Supreme Court of the United States",
            "United States",
        ),
        (
            ("United States Court of Appeals", "For the D.C. Circuit"),
            "United States Court of Appeals for the District of Columbia Circuit",
            "United States",
        ),
        (
            ("IN THE SUPERIOR COURT OF THE STATE OF CALIFORNIA", "COUNTY OF LOS ANGELES"),
            "Superior Court of California, County of Los Angeles",
            "California",
        ),
        (
            ("IN THE COURT OF CHANCERY OF THE STATE OF DELAWARE",),
            "Court of Chancery of Delaware",
            "Delaware",
        ),
        (
            ("IN THE HIGH COURT OF JUSTICE", "KING'S BENCH DIVISION"),
            "High Court of Justice, King's Bench Division",
            "England and Wales",
        ),
        (
            ("IN THE COURT OF APPEAL (CIVIL DIVISION)",),
            "Court of Appeal (Civil Division)",
            "England and Wales",
        ),
    ],
)
def test_a_court_is_named_in_one_way(lines: tuple[str, ...], name: str, place: str) -> None:
    found = court(seen(*lines))
    assert found is not None
    assert (found.name, found.place) == (name, place)


def test_a_court_that_is_appealed_from_is_not_the_papers_own() -> None:
    appealed = ("APPEAL FROM THE", "UNITED STATES DISTRICT COURT", "DISTRICT OF MAINE")
    assert court(seen(*appealed)) is None
    assert court(seen("We follow the Supreme Court of the United States.")) is None


def test_all_numbers_of_a_caption_are_dockets_and_no_cited_one() -> None:
    lines = seen(
        "Nos. 15–420, 15-421(L) and 15-422",
        "v. No. CV-19-02240",
        "See Doe, No. 12-1, 2010 WL 3",
    )
    assert list(dockets(lines)) == ["15-420", "15-421(L)", "15-422", "CV-19-02240"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Before FRANK, HINCKS and O'MALLEY, Circuit Judges.", ["Frank", "Hincks", "O'Malley"]),
        ("Before OYELARAN, P.J., and STERN, JJ.", ["Oyelaran", "Stern"]),
        ("KAGAN, J., delivered the opinion for a unanimous Court.", ["Kagan"]),
        ("JUSTICE KAGAN delivered the opinion of the Court.", ["Kagan"]),
        ("PAUL J. CHISHOLM,\n Defendant.", []),
        ("[Hon. Piers Quayle, U.S. District Judge]", []),
    ],
)
def test_judges_are_those_who_decided(text: str, names: list[str]) -> None:
    assert list(judges(glance(Reading("text/plain", text, ()), "a.txt"), text)) == names


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "The tenant shall pay the rent on the first day of each month without any deduction. ",
            "en",
        ),
        ("Der Mieter zahlt die Miete am ersten Tag jedes Monats ohne jeden Abzug an uns. ", "de"),
        ("Le locataire paie le loyer le premier jour de chaque mois sans aucune retenue. ", "fr"),
        ("El arrendatario pagará la renta el primer día de cada mes sin deducción alguna. ", "es"),
        ("Арендатор вносит арендную плату в первый день каждого месяца без вычетов. ", "ru"),
        ("Орендар сплачує орендну плату в перший день кожного місяця без відрахувань. ", "uk"),
        ("承租人应当在每月的第一天支付租金，不得扣除任何款项。", "zh"),
        ("賃借人は毎月の初日に賃料を控除なしで支払うものとする。", "ja"),
        ("임차인은 매월 첫째 날에 공제 없이 임대료를 지급하여야 한다.", "ko"),
        ("Ο μισθωτής καταβάλλει το μίσθωμα την πρώτη ημέρα κάθε μήνα.", "el"),
        ("يدفع المستأجر الإيجار في اليوم الأول من كل شهر دون أي خصم.", "ar"),
        ("השוכר ישלם את דמי השכירות ביום הראשון של כל חודש.", "he"),
        ("12 4/5 ---", ""),
        ("Acme LLC", ""),
    ],
)
def test_a_language_is_told_by_script_or_where_it_is_sure(text: str, code: str) -> None:
    assert language(text * 3 if len(text) > 60 else text) == code


def test_capitals_are_read_as_words() -> None:
    assert language("THE TENANT SHALL PAY THE RENT ON THE FIRST DAY OF EACH MONTH. " * 4) == "en"


def test_a_document_in_two_languages_has_no_one_language() -> None:
    english = "The tenant shall pay the rent on the first day of each month to the landlord. " * 3
    german = "Der Mieter zahlt die Miete am ersten Tag jedes Monats ohne jeden Abzug an uns. " * 3
    assert language(english, german) == ""
    assert language(english, "No words.") == "en"


def test_plain_english_is_told_without_the_slow_detector(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def detected(sample: str) -> str:
        asked.append(sample)
        return ""

    monkeypatch.setattr("ingest.facts.language._detected", detected)
    assert language("The tenant shall pay the rent to the landlord on the first of a month. " * 4)
    assert not asked
    for other in (
        "De huurder betaalt de huur in de eerste week van de maand en is in verzuim zonder. ",
        "Die huurder betaal die huur in die eerste week van die maand en is anders in versuim. ",
        "Lejeren betaler lejen i den første uge af måneden og er i mislighold for hver dag. ",
        "Tenant name, rent, deposit; address, telephone, email; unit, floor, building, street. ",
    ):
        assert language(other * 4) == ""
    assert len(asked) == 4
