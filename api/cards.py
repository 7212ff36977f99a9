"""What a reader wants to see of a document beside what was found in it: its kind and its day."""

from typing import Any

from kb.app.bootstrap import KnowledgeBase
from kb.domain import Scope
from kb.serializers.results import facts_json

SHOWN = ("type", "date")


def with_facts(found: dict[str, Any], kb: KnowledgeBase, scope: Scope) -> dict[str, Any]:
    """The reply with these facts in each of its passages and documents."""
    entries = [*found.get("passages", ()), *found.get("documents", ())]
    known = {
        one: facts_json(kb.contents.facts(one, scope))
        for one in {entry["document_id"] for entry in entries}
    }
    for entry in entries:
        told = known[entry["document_id"]]
        entry.update({name: told.get(name, []) for name in SHOWN})
    return found
