"""A reader's scope in SQL: what a statement over documents may see."""

import json

from kb.domain import SEARCHABLE, Scope

ERASING = "erasing"
"""The status of a document from when its erasure was asked for until its row goes."""
IN_SCOPE = """ d.matter_id IN (SELECT value FROM json_each(?1))
    AND d.id NOT IN (SELECT value FROM json_each(?2)) AND d.status <> 'erasing' """
"""Parameters 1 and 2 are `scope_parameters(scope)`: two, however many matters there are.

What is being erased is in no scope from the moment on that it was asked for.
"""

_SEARCHABLE = " d.status IN ('" + "', '".join(SEARCHABLE) + "') "


def searchable(scope: Scope) -> str:
    """The condition of what a search may find: of a path's versions only the newest."""
    return _SEARCHABLE if scope.superseded else _SEARCHABLE + "AND d.current "


def scope_parameters(scope: Scope) -> tuple[str, str]:
    return json.dumps(sorted(scope.matters)), json.dumps(sorted(scope.walled))
