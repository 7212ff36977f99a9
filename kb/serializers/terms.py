"""What a search by terms and connectors found, as commands and routes tell it."""

from kb.search.connectors.search import Matched
from kb.serializers.results import Json, search_json


def matched_json(found: Matched) -> Json:
    """As `search_json`, with all counts, how it was understood, and each passage's spans."""
    told = search_json(found.result)
    for passage, spans in zip(told["passages"], found.spans, strict=True):
        passage["spans"] = [list(span) for span in spans]
    told["matched"] = {"documents": found.documents, "passages": found.passages}
    told["understood"] = found.understood
    return told
