"""A direct answer as JSON, and as the line that people read."""

from typing import Any

from kb.domain.events import Direct

Json = dict[str, Any]


def direct_json(direct: Direct) -> Json:
    return {
        "kind": direct.kind.value,
        "number": direct.number,
        "document_id": direct.document.id,
        "char_start": direct.char_start,
        "char_end": direct.char_end,
        "text": direct.text,
        "label": direct.label,
    }


def direct_line(told: Json) -> str:
    """A direct answer as a line of text: “Osprey: England and Wales [2]”."""
    text = " ".join(told["text"].split())
    if told["kind"] in ("yes", "no", "clause"):
        text = f"“{text}”"
    said = {"yes": "Yes: ", "no": "No: "}.get(told["kind"], "")
    label = f"{told['label']}: " if told["label"] else ""
    return f"{label}{said}{text} [{told['number']}]"
