import time

import pytest

from kb.answer.rows import codes, heads, names, units
from kb.pages.tables import is_figured

LEDGER = (
    "Schedule of leases.\n\nUnit | Tenant | Rent\nU086 | Elm Ltd. | $31\nU087 | Fir Ltd. Co. | $32"
)
PRINTED = (
    "Invoice Supplier Due Amount\nINV-70604 Holt Haulage 2023-01-19 3,276.00\n"
    "INV-70611 Ivens Timber 2023-02-20 3,309.00\nINV-70618 Judd Glass 2023-03-21 3,342.00"
)
PROSE = "The rent is $3,276.00\nfrom 2023-01-19, and the\ntenant pays on the first day.\nIt is due."


def rows(text: str) -> list[str]:
    return [text[start:end] for start, end, row in units(text) if row]


def test_each_row_is_a_unit_of_its_own() -> None:
    assert rows(LEDGER) == LEDGER.split("\n\n")[1].splitlines()
    assert rows(PRINTED) == PRINTED.splitlines()
    assert rows("a,b,c\nd,e,f\ng,h,i") == ["a,b,c", "d,e,f", "g,h,i"]


@pytest.mark.parametrize(
    ("text", "heading", "row", "told"),
    [
        (LEDGER, "", "U087 | Fir Ltd. Co. | $32", "Unit | Tenant | Rent"),
        (
            "U087 | Fir | $32",
            "Leases › Unit | Tenant | Rent",
            "U087 | Fir | $32",
            "Unit | Tenant | Rent",
        ),
        (LEDGER, "", "Unit | Tenant | Rent\nU086 | Elm Ltd. | $31", ""),
        ("U087 | Fir | $32", "Leases", "U087 | Fir | $32", ""),
        (PRINTED, "", "INV-70611 Ivens Timber 2023-02-20 3,309.00", ""),
        (PROSE, "a | b", "It is due.", ""),
    ],
)
def test_the_heads_above_a_row(text: str, heading: str, row: str, told: str) -> None:
    start = text.index(row)
    assert heads(text, heading, (start, start + len(row))) == told


def test_prose_over_several_lines_is_none() -> None:
    assert rows(PROSE) == []
    assert [PROSE[start:end] for start, end, _ in units(PROSE)][-1] == "It is due."


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("What is the rent of U087?", ["U087"]),
        ("What is the amount of invoice INV-70604?", ["INV-70604"]),
        ("Who has account 004711?", ["004711"]),
        ("Who signed in 2019, within 30 days, for $250,000?", []),
        ("What does the 2nd amendment say of 10.5 %?", []),
    ],
)
def test_the_codes_of_a_question(question: str, found: list[str]) -> None:
    assert codes(question) == found


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ("U087 | Fir", True),
        ("u087 Fir", True),
        ("U0871 | Fir", False),
        ("AU087 | Fir", False),
        ("U087-A | Fir", False),
        ("U086 | Fir", False),
    ],
)
def test_a_code_is_in_a_row_whole_or_not_at_all(row: str, named: bool) -> None:
    assert names(row, ["U087"]) is named


def test_days_and_amounts_are_no_column_of_text() -> None:
    assert is_figured("2023-02-02 933.00")
    assert is_figured("$4,497.00")
    assert not is_figured("12 the tenant pays $4,497.00 each year")
    assert not is_figured("the tenant pays")


@pytest.mark.parametrize("odd", ["a-" * 50_000, "1," * 50_000, "| " * 50_000, "1\n" * 50_000])
def test_no_text_takes_long(odd: str) -> None:
    began = time.process_time()
    list(units(odd))
    codes(odd)
    assert time.process_time() - began < 3
