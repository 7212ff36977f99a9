"""Names of cases, laws without a sign, reports of the Commonwealth, and the record."""

import time

import pytest

from ingest.citations.case_names import name_before
from ingest.citations.extract import citations, may_cite
from kb.domain.citations import POINTING, LegalCitation


def read_in(text: str) -> list[LegalCitation]:
    return list(citations(text, [], "", court_paper=False))


@pytest.mark.parametrize(
    ("before", "name"),
    [
        ("See Harland Bd. of Educ. v. Lowe, ", "Harland Bd. of Educ. v. Lowe"),
        ("(1985). Bank of Harrow, N.A. v. Orrin, ", "Bank of Harrow, N.A. v. Orrin"),
        ("Maryland Casualty Co. v. Lowe, ", "Maryland Casualty Co. v. Lowe"),
        ("); Grand Trunk Ry. v. Ives, ", "Grand Trunk Ry. v. Ives"),
        ("was paid by Acme Ins. Co. Smith v. Jones, ", "Smith v. Jones"),
        ("However, Smith & Co., Inc. v. eLowe, Inc., ", "Smith & Co., Inc. v. eLowe, Inc."),
        ("(quoting Doe v. Roe, No. 19-cv-1234, ", "Doe v. Roe"),
        ("2010)(quoting Doe v. Roe (Roe II), ", "Doe v. Roe"),
        ("State ex rel. Lowe v. City of Harrow, ", "State ex rel. Lowe v. City of Harrow"),
        ("; R (Miller) v The Prime Minister ", "R (Miller) v The Prime Minister"),
        ("Mabo v Queensland (No 2) ", "Mabo v Queensland (No 2)"),
        ("). In the Matter of Baby M, ", "In the Matter of Baby M"),
        ("In re K.F. (2009) ", "In re K.F."),
        ("Id. Smith v. Jones, ", "Smith v. Jones"),
        ("as Roe v. Wade held in this case, ", ""),
        ("Roe v. Wade. The Bremen, ", ""),
    ],
)  # fmt: skip
def test_a_name_is_read_as_it_is_written(before: str, name: str) -> None:
    assert name_before(before) == name


def test_a_name_is_never_that_of_the_case_before() -> None:
    text = (
        "Harland Bd. of Educ. v. Lowe, 470 U.S. 532 (1985). Bank of Harrow, N.A. v. Orrin, "
        "575 U.S. 790 (2015). The point is old, 112 F.3d 88 (2d Cir. 1997)."
    )
    assert [(one.name, one.year) for one in read_in(text)] == [
        ("Harland Bd. of Educ. v. Lowe", 1985),
        ("Bank of Harrow, N.A. v. Orrin", 2015),
        ("", 1997),
    ]


def test_the_court_is_not_that_of_a_later_case() -> None:
    text = (
        "Roe v. Wade, 410 U.S. 113 (1973). So it is. Doe v. Lowe, 5 F. Supp. 3d 1 (D. Mass. 2014)."
    )
    assert [(one.court[:8], one.year) for one in read_in(text)] == [
        ("Supreme ", 1973),
        ("District", 2014),
    ]


@pytest.mark.parametrize(
    ("said", "normal", "pin"),
    [
        ("18 U.S.C. § 1028A(a)(1)", "18 U.S.C. § 1028A", "(a)(1)"),
        ("15 U.S.C. § 78u-4(b)", "15 U.S.C. § 78u-4", "(b)"),
        ("42 U.S.C. § 2000e-2", "42 U.S.C. § 2000e-2", ""),
        ("17 C.F.R. § 240.14a-9", "17 C.F.R. § 240.14a-9", ""),
        ("28 USC 1332(a)(1)", "28 U.S.C. § 1332", "(a)(1)"),
        ("50 U.S.C. 1701", "50 U.S.C. § 1701", ""),
        ("17 CFR 240.10b-5", "17 C.F.R. § 240.10b-5", ""),
        ("40 C.F.R. pt. 60", "40 C.F.R. pt. 60", ""),
        ("N.Y. C.P.L.R. 3211(a)(7)", "N.Y. C.P.L.R. 3211", "(a)(7)"),
        ("U.C.C. § 2-207", "U.C.C. § 2-207", ""),
        ("IRC § 501(c)(3)", "I.R.C. § 501", "(c)(3)"),
        ("section 501(c)(3) of the Internal Revenue Code", "I.R.C. § 501", "(c)(3)"),
        ("FRCP 56(c)", "Fed. R. Civ. P. 56", "(c)"),
        ("Federal Rule of Evidence 403", "Fed. R. Evid. 403", ""),
        ("Companies Act 2006, s 172(1)", "Companies Act 2006", "s 172(1)"),
        ("section 25 of the Landlord and Tenant Act 1954", "Landlord and Tenant Act 1954", "s 25"),
        ("Article 6(1)(f) GDPR", "GDPR art. 6", "(1)(f)"),
        ("GDPR, Art. 17", "GDPR art. 17", ""),
    ],
)
def test_laws_are_read_in_their_own_forms(said: str, normal: str, pin: str) -> None:
    text = f"It rests on {said}."
    assert may_cite(text)
    [one] = read_in(text)
    assert (one.normal, one.pin) == (normal, pin)


@pytest.mark.parametrize(
    ("text", "normals"),
    [
        ("It follows from [2020] EWCA Civ 123.", ["[2020] EWCA Civ 123"]),
        ("The approach is in 2015 SCC 5. We agree.", ["2015 SCC 5"]),
        ("Guest v Guest [2022] UKSC 27!", ["[2022] UKSC 27"]),
        ("R. v. Orrin, 2016 SCC 27, [2016] 1 S.C.R. 631.", ["2016 SCC 27", "[2016] 1 SCR 631"]),
        ("Lowe v Harrow (1992) 175 CLR 1", ["(1992) 175 CLR 1"]),
        ("Lowe v. Harrow (1999), 43 O.R. (3d) 718", ["43 OR (3d) 718"]),
        ("Crane v. Lowe, 135 *355 Mass. 147, is in point.", ["135 Mass. 147"]),
    ],
)
def test_other_reports_are_no_american_ones(text: str, normals: list[str]) -> None:
    assert [one.normal for one in read_in(text)] == normals


def test_parallels_in_brackets_are_one_authority() -> None:
    text = "In re K.F. (2009) 173 Cal.App.4th 655, 661 [92 Cal.Rptr.3d 784]."
    assert {one.authority for one in read_in(text)} == {"173 Cal. App. 4th 655"}


@pytest.mark.parametrize(
    ("between", "meant"),
    [
        ("Compl. ¶ 12. Id. ¶ 14", ""),
        ("Lowe Decl. ¶ 3; id. ¶ 4", ""),
        ("Tr. 120:4. Id. at 121", ""),
        ("ECF No. 12. Id. at 114", ""),
        ("Id. ¶ 14", ""),
        ("Id. at 114", "410 U.S. 113"),
    ],
)
def test_id_after_the_record_is_not_the_case_before(between: str, meant: str) -> None:
    found = read_in(f"Roe v. Wade, 410 U.S. 113 (1973). {between}.")
    assert found[-1].kind in POINTING
    assert found[-1].authority == meant


def test_the_time_grows_with_the_length() -> None:
    started = time.process_time()
    for piece in ("Act of the And ", "Lowe & Co. of the v. ", "Ex. A ¶ ", "Art. 6(a)(b) of the "):
        read_in(piece * 5_000 + "Companies Act 2006, 410 U.S. 113")
    assert time.process_time() - started < 60
