"""What was inserted into a quote or struck out of it is told with it, and is no answer itself."""

from kb.app.bootstrap import KnowledgeBase
from kb.domain import Quote, Revision, RevisionKind
from kb.serializers.results import quote_json
from tests.shelf import put

TEXT = "The monthly rent under the Harbour lease is 5,000 dollars.\n\nInterest is four percent."
AT = TEXT.index("5,000")
INSERTED = Revision(RevisionKind.INSERTION, "Ann Doyle", "2024-03-05", AT, AT + 5, "5,000")
DELETED = Revision(RevisionKind.DELETION, "Ann Doyle", "2024-03-05", AT, AT, "9,999")
ELSEWHERE = Revision(RevisionKind.DELETION, "", "", TEXT.index("four"), TEXT.index("four"), "six")
END = TEXT.index("\n")
BEHIND = Revision(RevisionKind.INSERTION, "", "", END, END + 2, "a paragraph")
COMMENT = Revision(RevisionKind.COMMENT, "Bo Katz", "", AT, AT + 5, "Ask the client.")


def quotes(kb: KnowledgeBase, question: str) -> tuple[Quote, ...]:
    scope = kb.access.scope(kb.access.local_user())
    return kb.answerer.answer(question, scope, turn=None).quotes


def test_a_quote_tells_what_was_changed_in_it(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "a.txt", TEXT, revisions=(INSERTED, DELETED, COMMENT, BEHIND, ELSEWHERE))
    first = quotes(kb, "What is the monthly rent under the Harbour lease?")[0]
    assert first.text.endswith("5,000 dollars.")
    assert first.changes == (INSERTED, DELETED)
    told = quote_json(first)["changes"]
    assert [(one["kind"], one["text"]) for one in told] == [
        ("insertion", "5,000"),
        ("deletion", "9,999"),
    ]


def test_what_was_struck_out_is_never_the_quote(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "a.txt", TEXT, revisions=(DELETED,))
    for question in ("Is the monthly rent 9,999 dollars?", "What is the monthly rent?"):
        assert all("9,999" not in quote.text for quote in quotes(kb, question))


def test_a_document_without_changes_tells_none(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "a.txt", TEXT)
    assert quotes(kb, "What is the monthly rent under the Harbour lease?")[0].changes == ()
