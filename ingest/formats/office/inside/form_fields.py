"""What the fields of Word's older forms show: boxes, and the choices of lists."""

from lxml import etree

from ingest.formats.base.wordprocessing import VAL, W


def chosen(field: etree._Element) -> str:
    """The entry that a drop-down list of an old form shows (ECMA-376 part 1, 17.16.9)."""
    choices = field.find(f"{W}ffData/{W}ddList")
    if choices is None:
        return ""
    entries = [one.get(VAL, "") for one in choices.iterfind(W + "listEntry")]
    chosen = choices.find(W + "result")
    chosen = choices.find(W + "default") if chosen is None else chosen
    number = "0" if chosen is None else chosen.get(VAL, "0")
    at = int(number) if number.isdecimal() and len(number) < 6 else 0
    return entries[at] if at < len(entries) else ""


def check_box(field: etree._Element) -> str:
    """A box with or without its cross, "" for any other field."""
    box = field.find(f"{W}ffData/{W}checkBox")
    if box is None:
        return ""
    switch = box.find(W + "checked")
    switch = box.find(W + "default") if switch is None else switch
    on = switch is not None and switch.get(VAL, "1") not in ("0", "false", "off")
    return "\u2612 " if on else "\u2610 "
