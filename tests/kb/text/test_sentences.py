import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.text.sentences import sentence_spans


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "See Roe v. Wade, 410 U.S. 113 (1973). It held so.",
            ["See Roe v. Wade, 410 U.S. 113 (1973).", "It held so."],
            id="a citation is not an end",
        ),
        pytest.param(
            "1. Term. Made by Acme Inc. and J. R. Doe.\n\n2. Rent",
            ["1. Term.", "Made by Acme Inc. and J. R. Doe.", "2. Rent"],
            id="clause numbers, companies, initials, blank lines",
        ),
        pytest.param(
            "Es endet am 31. Januar 2029 (§ 535 Abs. 1 BGB). Es begann 2022. April war frei.",
            [
                "Es endet am 31. Januar 2029 (§ 535 Abs. 1 BGB).",
                "Es begann 2022.",
                "April war frei.",
            ],
            id="a day before its month and a German paragraph",
        ),
        pytest.param(
            "It fails under Fed. R. Civ. P. 12(b)(6). It was found. He left.",
            ["It fails under Fed. R. Civ. P. 12(b)(6).", "It was found.", "He left."],
            id="a rule, and a word that is an abbreviation only with a capital",
        ),
        pytest.param(
            "Excluded under Fed. R. Evid. 403 by N.Y. Gen. Bus. Law § 9 and 5 Cal. Rptr. 2d 1.",
            ["Excluded under Fed. R. Evid. 403 by N.Y. Gen. Bus. Law § 9 and 5 Cal. Rptr. 2d 1."],
            id="rules, codes and reporters",
        ),
        pytest.param(
            "Kestrel Mut. Ins. Co. paid Harrow Nat’l Bank. Dep’t of Educ. v. Bd. of Trs. of the "
            "J.C. Lowe Found. Fund is cited.",
            [
                "Kestrel Mut. Ins. Co. paid Harrow Nat’l Bank.",
                "Dep’t of Educ. v. Bd. of Trs. of the J.C. Lowe Found. Fund is cited.",
            ],
            id="parties",
        ),
        pytest.param(
            "It was sold to Kestrel Ins. Co. The price was paid. See Roe v. The Bremen.",
            [
                "It was sold to Kestrel Ins. Co.",
                "The price was paid.",
                "See Roe v. The Bremen.",
            ],
            id="an abbreviation that ends a sentence",
        ),
        pytest.param("Pay $5,000.00 now.", ["Pay $5,000.00 now."], id="an amount"),
        pytest.param(
            "他同意。她不同意。", ["他同意。", "她不同意。"], id="no space after a full stop"
        ),
        pytest.param("  \n\n ", [], id="only white space"),
        pytest.param("The court\n\nheld so.", ["The court\n\nheld so."], id="double spacing"),
    ],
)
def test_splits(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@given(st.text(alphabet="ab .!?\n\r(1)A“”", max_size=80))
def test_nothing_but_white_space_is_lost_and_spans_are_in_order(text: str) -> None:
    spans = sentence_spans(text)
    assert "".join(split(text)).split() == [] or "".join("".join(split(text)).split()) == "".join(
        text.split()
    )
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


def test_a_long_line_and_a_run_of_blanks_take_no_time() -> None:
    started = time.perf_counter()
    assert len(sentence_spans("It is so. " * 100_000)) == 100_000
    assert len(sentence_spans("a" + " " * 300_000 + "b")) == 1
    assert time.perf_counter() - started < 20


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The right . . . shall lapse. It ended.", 2),
        ("He may sue. . . . The rest is law.", 2),
        ("It is fully accomplished . .\n. in the end.", 1),
        ("See P.R. Laws Ann. tit. 31, § 3472.", 1),
        ("V. Greene Co., 80 N.H. 420, 423, 124 A. 373 (1924).", 1),
        ("This is Exhibit A. 3 copies are due.", 2),
    ],
)
def test_what_was_left_out_and_reporters_end_no_sentence(text: str, count: int) -> None:
    assert len(sentence_spans(text)) == count
