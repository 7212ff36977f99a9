"""What a lawyer's expression finds, how it is refused, and that it sees its scope alone."""

import pytest

from kb.app.bootstrap import KnowledgeBase
from kb.domain import Document, Fact, Scope
from kb.errors import BadRequest
from kb.search.connectors.errors import ExpressionProblem
from kb.search.connectors.grammar import parse
from kb.search.connectors.search import Matched
from kb.search.connectors.syntax import spelled
from tests.shelf import entries, put

CHANCERY = "Court of Chancery of the State of Delaware"
NEGLIGENT = "The Seller shall indemnify the Buyer for loss caused by its gross negligence."


def paper(
    kb: KnowledgeBase, name: str, text: str, *, matter: str = "alpha", **facts: str
) -> Document:
    return put(kb, matter, name, text, facts=tuple(Fact(n, v) for n, v in facts.items()))


def everything(kb: KnowledgeBase) -> Scope:
    return kb.access.scope(kb.access.local_user())


def names(kb: KnowledgeBase, expression: str) -> set[str]:
    found = kb.connectors.search(expression, everything(kb), limit=200)
    shown = {passage.document.name for passage in found.result.passages}
    known = kb.connectors.documents(expression, everything(kb))
    assert found.documents == len(shown) == len(known)
    return shown


def words(kb: KnowledgeBase, found: Matched) -> list[list[str]]:
    """What the spans of each passage say, verbatim."""
    texts = [kb.library.text(p.document.id, everything(kb)) for p in found.result.passages]
    return [[t[a:b] for a, b in spans] for t, spans in zip(texts, found.spans, strict=True)]


def test_a_lawyers_query_finds_exactly_what_it_should(kb: KnowledgeBase) -> None:
    wanted = {"court": CHANCERY, "date": "2016-01-01"}
    far = "indemnified parties: " + "one " * 10 + "gross negligence"
    hits = {
        paper(kb, "near.txt", NEGLIGENT, **wanted).name,
        paper(kb, "ten.txt", "Indemnities " + "one " * 9 + "GROSS NEGLIGENCE", **wanted).name,
        paper(kb, "before.txt", "Gross\nnegligence is not indemnified.", **wanted).name,
    }
    paper(kb, "eleven.txt", far, **wanted)
    paper(kb, "apart.txt", NEGLIGENT.replace("gross", "gross and wilful"), **wanted)
    paper(kb, "other-court.txt", NEGLIGENT + " ", court="Supreme Court of Iowa", date="2019-05-05")
    paper(kb, "no-court.txt", NEGLIGENT + "  ", date="2019-05-05")
    paper(kb, "too-old.txt", NEGLIGENT + "   ", court=CHANCERY, date="2015-12-31")
    paper(kb, "undated.txt", NEGLIGENT + "    ", court=CHANCERY)
    paper(kb, "said-in-text.txt", NEGLIGENT + " Delaware, 2019.", date="2019-05-05")
    expression = 'indemnif! w/10 "gross negligence" and court:delaware and date>2015'
    assert names(kb, expression) == {"near.txt", "before.txt"}
    assert names(kb, expression.replace("indemnif!", "indemni!")) == hits
    found = kb.connectors.search(expression, everything(kb))
    assert (found.documents, found.passages) == (2, 2)
    assert words(kb, found) == [
        ["Gross\nnegligence", "indemnified"],
        ["indemnify", "gross negligence"],
    ]
    assert found.understood == (
        '((indemnif! w/10 "gross negligence") and court:delaware) and date>2015'
    )


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("party", "party parties possessive", id="singular finds plural, possessive"),
        pytest.param("parties", "parties", id="plural alone"),
        pytest.param("party's", "possessive", id="possessive alone"),
        pytest.param("#party", "party", id="exactly"),
        pytest.param('"party"', "party", id="a phrase is exact"),
        pytest.param("partie! or PARTY", "party parties possessive", id="ending"),
        pytest.param("non-compete", "hyphen joined", id="hyphens"),
        pytest.param("noncompete", "hyphen joined", id="hyphens that are not asked for"),
        pytest.param('"noncompete"', "joined", id="none in a phrase"),
        pytest.param("10(b)", "section", id="a section"),
        pytest.param("(10(b)) w/5 under", "section", id="a section in parentheses"),
        pytest.param("240.10b-5(c)(2) or 101(a)", "rule", id="a rule"),
        pytest.param("resume", "accent", id="accents"),
        pytest.param("25000", "number", id="thousands"),
        pytest.param('"25,000"', "number", id="thousands in a phrase"),
        pytest.param("株式会社", "japanese", id="no spaces"),
        pytest.param("AT&T", "telephone", id="an ampersand inside a word"),
        pytest.param("w!ss", None, id="one letter is no root"),
        pytest.param('"or"', "number", id="a connector in quotation marks is a word"),
        pytest.param("title:party", "party parties", id="title"),
        pytest.param("title:#party", "party", id="title exactly"),
        pytest.param("name:par!", "party parties", id="name with an ending"),
        pytest.param("matter:alpha and the not party", "joined", id="matter"),
    ],
)
def test_words_match_what_the_page_says(
    kb: KnowledgeBase, expression: str, expected: str | None
) -> None:
    for name, text in {
        "party": "One party.",
        "parties": "Both parties.",
        "possessive": "A party’s duty.",
        "hyphen": "A non-compete clause.",
        "joined": "The noncompete.",
        "section": "Under § 10(b) and 10(c).",
        "rule": "Rule 240.10b-5(c)(2) has a (b).",
        "accent": "A résumé.",
        "number": "Ten or 25,000 dollars.",
        "japanese": "東京の株式会社です。",
        "telephone": "Calls by AT&T.",
    }.items():
        paper(kb, f"{name}.txt", text)
    if expected is None:
        with pytest.raises(ExpressionProblem):
            names(kb, expression)
    else:
        assert names(kb, expression) == {f"{name}.txt" for name in expected.split()}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("date>2015", "c d"),
        ("date>=2015", "b c d"),
        ("date<2015-06-30", "a"),
        ("date <= 2015-06", "a b"),
        ("date=2015", "b"),
        ("date:2016-02-29", "c"),
        ("date>2015 and date<2017", "c"),
        ("court:(iowa or delaware)", "a b"),
        ('court:"chancery delaware"', "a"),
        ("judge:marlowe", "b"),
        ("party:aldergate", "c"),
        ("docket:2019-0042", "a"),
        ("author:doyle", "d"),
        ("type:opinion", "a b"),
        ("jurisdiction:delaware", "c"),
        ("language:german", "d"),
        ("bates:ABC-120", "c"),
        ("bates:ABC-151", ""),
        ("client:northwind", ""),
        ("title:a or name:b", "a b"),
        ("type:opin!", "a b"),
        ("type:opinion not court:iowa", "a"),
    ],
)
def test_fields_find_what_is_known(kb: KnowledgeBase, expression: str, expected: str) -> None:
    known = {
        "a": {"date": "2014-12-31", "court": CHANCERY, "docket": "C.A. No. 2019-0042",
              "type": "opinion"},
        "b": {"date": "2015-06-30", "court": "Supreme Court of Iowa", "judge": "Anne Marlowe",
              "type": "opinion"},
        "c": {"date": "2016-02-29", "party": "Aldergate Holdings, LLC", "jurisdiction": "Delaware",
              "bates": "ABC-000100 - ABC-000150"},
        "d": {"date": "2020-01-01", "author": "P. Doyle", "language": "de"},
    }  # fmt: skip
    for name, facts in known.items():
        paper(kb, f"{name}.txt", f"The text of {name}.", **facts)
    assert names(kb, expression) == {f"{name}.txt" for name in expected.split()}


@pytest.mark.parametrize(
    ("expression", "at", "problem"),
    [
        ("rent abatement", 5, "Two terms stand side by side"),
        ('rent "abatement"', 5, "Two terms stand side by side"),
        ("rent and", 8, "The expression ends here"),
        ("rent w/ abatement", 5, "expected a number, s or p"),
        ("rent w/0 abatement", 5, "not from 1 to 255"),
        ("rent w/256 abatement", 5, "not from 1 to 255"),
        ("rent and and notice", 9, "Expected a word, a phrase"),
        ("not rent", 0, "“not” takes documents out of those"),
        ("(rent and notice", 0, "not closed"),
        ("rent and notice)", 15, "closes nothing"),
        ("rent ()", 5, "Two terms"),
        ("rent and ()", 10, "nothing in these parentheses"),
        ('rent and "abatement', 9, "no closing quotation mark"),
        ("rent or r!", 9, "At least two letters"),
        ("rent or *ment", 8, "At least two letters"),
        ("rent or §", 8, "no letter and no digit"),
        ("rent w/5 (cap and loss)", 14, "cannot look into “and”"),
        ("rent w/5 court:delaware", 9, "cannot look into “a field”"),
        ("atleast2(rent not cap)", 14, "“not” has none to count"),
        ("atleast(rent)", 0, "needs a number"),
        ("colour:red", 0, "There is no field “colour”"),
        ("court>delaware", 5, "Only dates are compared"),
        ("date>soon", 5, "Expected a day, a month or a year"),
        ("date>2015-02-30", 5, "Expected a day, a month or a year"),
        ("court: and rent", 7, "Expected what “court:” should be"),
        ("court:(iowa and delaware)", 12, "Expected “or” and another value"),
        ("bates:never", 6, "no Bates number"),
        ("", 0, "The expression is empty"),
        ("(" * 60 + "rent", 50, "More than 50 parentheses"),
        ("rent or " * 600 + "rent", 4000, "longer than 4000 characters"),
    ],
)
def test_a_refusal_points_at_the_character(expression: str, at: int, problem: str) -> None:
    with pytest.raises(ExpressionProblem) as refused:
        parse(expression)
    assert problem in refused.value.message
    assert refused.value.at == at
    shown, caret, *_ = refused.value.message.split("\n")
    assert caret.strip() == "^"
    assert shown[len(caret) - 1 :][:1].strip() == expression[at : at + 1].strip()
    assert isinstance(refused.value, BadRequest)


@pytest.mark.parametrize(
    ("expression", "understood"),
    [
        ("a and b not c and d", "(a and b) not (c and d)"),
        ("a w/9 b w/5 c or d w/5 e", "a w/9 ((b w/5 (c or d)) w/5 e)"),
        ("a /p b /s c +3 d & e", "(a w/p (b w/s (c pre/3 d))) and e"),
        ("a or b and c or d", "(a or b) and (c or d)"),
        ("a % b % c", "(a not b) not c"),
        ("a BUT NOT (b AND NOT c)", "a not (b not c)"),
        ("a within and b", None),
    ],
)
def test_connectors_bind_in_the_published_order(expression: str, understood: str | None) -> None:
    if understood is None:
        with pytest.raises(ExpressionProblem):
            parse(expression)
    else:
        assert spelled(parse(expression)) == understood


def test_places_are_counted_over_the_ends_of_passages_and_not_of_documents(
    kb: KnowledgeBase,
) -> None:
    paper(kb, "whole.txt", "The cap is here.\n\nThe floor is there.")
    paper(kb, "cap.txt", "There is a cap")
    paper(kb, "floor.txt", "Floor and more")
    found = kb.connectors.search("cap w/4 floor", everything(kb))
    assert (found.documents, found.passages) == (1, 2)
    assert words(kb, found) == [["cap"], ["floor"]]
    assert names(kb, "cap w/3 floor") == set()
    assert names(kb, "cap w/p floor") == set()


def test_passages_come_by_different_terms_then_often_then_newest(kb: KnowledgeBase) -> None:
    paper(kb, "once.txt", "The rent.")
    paper(kb, "twice.txt", "The rent is rent.")
    paper(kb, "both.txt", "The rent and the notice.")
    paper(kb, "newest.txt", "A rent.")
    found = kb.connectors.search("rent or notice", everything(kb))
    order = [passage.document.name for passage in found.result.passages]
    assert order == ["both.txt", "twice.txt", "newest.txt", "once.txt"]
    second = kb.connectors.search("rent or notice", everything(kb), limit=2, offset=1)
    assert [p.document.name for p in second.result.passages] == order[1:3]
    assert [p.rank for p in second.result.passages] == [2, 3]
    assert (second.documents, second.passages) == (4, 4)


def test_what_is_outside_the_scope_changes_nothing(kb: KnowledgeBase) -> None:
    for number in range(3):
        paper(kb, f"{number}.txt", f"The rent of house {number} is due.\n\nRents rise.")
    scope = kb.access.scope(kb.access.local_user(), ["alpha"])
    expressions = [
        "ren!",
        "rent or deposit",
        "rent not zebra",
        "zeb!",
        "atleast2(rent)",
        "date>1900",
    ]
    before = [kb.connectors.search(one, scope) for one in expressions]
    for number in range(9):
        text = f"Zebras rent zebra rents {number}.\n\nRentals and renters, zebu and rent."
        paper(kb, f"b{number}.txt", text, matter="beta", date="2000-01-01")
    for expression, found in zip(expressions, before, strict=True):
        again = kb.connectors.search(expression, scope)
        assert again.result.passages == found.result.passages
        assert again.spans == found.spans
        assert (again.documents, again.passages) == (found.documents, found.passages)


def test_old_versions_are_found_when_they_are_asked_for(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "lease.txt", "The old rent.", path="/leases/lease.txt")
    put(kb, "alpha", "lease.txt", "The new rent.", path="/leases/lease.txt")
    user = kb.access.local_user()
    current = kb.connectors.search("rent", kb.access.scope(user))
    assert [p.chunk.text for p in current.result.passages] == ["The new rent."]
    whole = kb.connectors.search("rent", kb.access.scope(user, superseded=True))
    assert whole.documents == 2


def test_an_expression_holds_together_with_filters(kb: KnowledgeBase) -> None:
    first = paper(kb, "a.txt", "The rent is due.")
    paper(kb, "b.txt", "The rent is paid.")
    only = frozenset([first.id])
    assert kb.connectors.search("rent", everything(kb), within=only).documents == 1
    assert kb.connectors.documents("rent not due", everything(kb), within=only) == frozenset()
    assert kb.connectors.among("rent", everything(kb), only) == only
    assert kb.connectors.among("", everything(kb), None) is None


def test_an_answer_comes_from_the_documents_of_an_expression(kb: KnowledgeBase) -> None:
    paper(kb, "lease.txt", "The monthly rent is five hundred dollars.")
    paper(kb, "draft.txt", "Draft: the monthly rent is nine hundred dollars.")
    scope = everything(kb)
    for expression, expected in (("rent not draft", {"lease.txt"}), ("zebra", set())):
        within = kb.connectors.among(expression, scope, None)
        answer = kb.answerer.answer("What is the monthly rent?", scope, turn=None, within=within)
        assert {passage.document.name for passage in answer.passages} == expected
    assert answer.reason is not None
    assert "No document is left" in answer.reason


def test_the_audit_trail_tells_what_was_shown(kb: KnowledgeBase) -> None:
    document = paper(kb, "lease.txt", "The rent.")
    kb.connectors.search("rent", everything(kb))
    row = entries(kb)[-1]
    assert row["action"] == "terms"
    assert document.id in row["detail"]
    assert "The rent" not in row["detail"]
