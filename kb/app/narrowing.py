"""What is asked of which documents: matters, filters, versions, and documents that match terms."""

from dataclasses import dataclass

from kb.app.catalogue import Catalogue
from kb.domain import DocumentId, Scope, UserId
from kb.domain.filters import NONE, Filters


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Without anything: all current documents that a person may read.

    `old` takes in old versions; `among` is terms and connectors that a document has to match.
    """

    matters: tuple[str, ...] = ()
    filters: Filters = NONE
    old: bool = False
    among: str = ""


@dataclass(frozen=True, slots=True)
class Selected:
    """A scope, and which of its documents are meant, None for all."""

    scope: Scope
    within: frozenset[DocumentId] | None = None


def scope_of(catalogue: Catalogue, user: UserId, by: Narrowing) -> Scope:
    """Raises `NotFound` for a matter."""
    return catalogue.access.scope(user, by.matters, superseded=by.old or by.filters.old)


def selected(catalogue: Catalogue, user: UserId, by: Narrowing) -> Selected:
    """Raises `NotFound` for a matter, `BadRequest` for a filter, `ExpressionProblem` for terms."""
    scope = scope_of(catalogue, user, by)
    within = catalogue.selection.within(by.filters, scope)
    return Selected(scope, catalogue.connectors.among(by.among, scope, within))
