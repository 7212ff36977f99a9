"""What a document cites, who cites it, and where an authority is cited, as JSON."""

from kb.app.catalogue import Catalogue
from kb.app.narrowing import Narrowing, scope_of
from kb.domain import UserId
from kb.serializers.citations import cited_json, table_json
from kb.serializers.results import Json


def table_of_authorities(catalogue: Catalogue, user: UserId, document: str, by: Narrowing) -> Json:
    """What of it is held is looked for where the narrowing says. Raises `NotFound`."""
    scope = scope_of(catalogue, user, by)
    return table_json(catalogue.authorities.table(document, scope))


def documents_citing(catalogue: Catalogue, user: UserId, document: str, by: Narrowing) -> Json:
    return cited_json(catalogue.authorities.cited_by(document, scope_of(catalogue, user, by)))


def cited_anywhere(catalogue: Catalogue, user: UserId, citation: str, by: Narrowing) -> Json:
    """`citation` in any spelling, or a case's name. Raises `BadRequest`."""
    return cited_json(catalogue.authorities.cites(citation, scope_of(catalogue, user, by)))
