"""The matters, and how many documents there are, as JSON."""

from kb.app.catalogue import Catalogue
from kb.domain import Scope
from kb.serializers.results import Json, matter_json


def list_matters(catalogue: Catalogue, scope: Scope) -> Json:
    return {"matters": [matter_json(matter) for matter in catalogue.library.matters(scope)]}


def add_matter(catalogue: Catalogue, name: str, client: str) -> Json:
    """One that is there keeps its client where none is named. Raises `BadRequest`."""
    return matter_json(catalogue.library.add_matter(name, client))


def count_documents(catalogue: Catalogue, scope: Scope) -> Json:
    """By status, and how many of them are found by words alone."""
    return {
        "documents": catalogue.library.counts(scope),
        "words_only": catalogue.library.words_only(scope),
    }
