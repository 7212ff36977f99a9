"""Text under a cover: a shape, a picture or an annotation that is drawn upon it.

Objects are drawn in their order, so only what comes later can cover. Where something does
touch the middle of a text, the page is drawn with that text and without it: what leaves no
trace cannot be seen, whatever colour the cover has. This is asked of each character.
"""

import ctypes
from collections.abc import Iterator, Sequence
from itertools import groupby

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image, ImageDraw

from kb.pages.visibility.blank import is_blank_image
from kb.pages.visibility.characters import is_ink, runs, says_something
from kb.pages.visibility.ink import difference, drawing, left_out, pixels, traceless
from kb.pages.visibility.objects import Box, Drawn, address, draw_mode

_THIN = 5.0  # points; a path thinner than this is a rule, and covers nothing
_SCAN = 0.5  # of a page; pictures of that area are a scan, whose text may lie below it
_MOST_PICTURES = 50  # of a scan that are looked at
_LEGIBLE = 0.4  # of a character's ink; one that shows less is not read
_FILLED = 0.3  # of a character's box; one whose ink spans more is seen without a closer look
_LARGEST = 2000  # pixels of the map of covers

_Characters = dict[int, Box]
"""Boxes of characters by their indices."""


def covered(
    page: pdfium.PdfPage,
    textpage: pdfium.PdfTextPage,
    objects: Sequence[Drawn],
    annotations: Sequence[Box] = (),
) -> list[tuple[int, int]]:
    """First and last of each run of PDFium's characters that something hides, in order.

    `annotations` are the boxes of those that may cover what is on the page.
    """
    covers = _covers(page, objects)
    if not covers and not annotations:
        return []
    plan = _Map(page)
    texts = _touched(plan, objects, covers, annotations)
    if not texts:
        return []
    characters = _characters(textpage, texts)
    shown = [one.shown for one in texts]
    whole = drawing(page)
    with left_out(shown):
        seen = difference(whole, drawing(page))
    places = {index: _place(page, seen, box) for index, box in characters.items()}
    if all(_spans(seen.crop(place)) > _FILLED for place in places.values()):
        return []
    ink = _bare(page, shown, [objects[number].shown for number in covers])
    found: list[int] = []
    painted: list[int] = []
    for index, place in places.items():
        traces, all_of_it = (_count(one.crop(place)) for one in (seen, ink))
        if all_of_it:
            found += [index] * (traces < _LEGIBLE * all_of_it)
        elif not traces and plan.holds(characters[index]):
            painted.append(index)  # of a scan's own text, which is never drawn
    for word in _words(painted):
        if traceless(page, whole, _around([characters[index] for index in word])):
            found += word
    return [run for run in runs(textpage, sorted(found)) if says_something(textpage, *run)]


class _Map:
    """Where covers are on a page, coarsely: a point is a pixel."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self._left, bottom, right, self._top = page.get_bbox()
        wide, high = right - self._left, self._top - bottom
        self._scale = min(1.0, _LARGEST / max(wide, high, 1.0))
        size = (max(1, int(wide * self._scale) + 1), max(1, int(high * self._scale) + 1))
        self._image = Image.new("L", size)
        self._pen = ImageDraw.Draw(self._image)
        self._empty = True

    def cover(self, box: Box) -> None:
        left, top, right, bottom = self._pixels(box)
        if right > left and bottom > top:
            self._pen.rectangle((left, top, right - 1, bottom - 1), fill=255)
            self._empty = False

    def holds(self, box: Box) -> bool:
        """Whether a cover touches the middle of `box`, its edges left aside."""
        if self._empty:
            return False
        left, bottom, right, top = box
        rim = min(right - left, top - bottom) / 4
        x0, y0, x1, y1 = self._pixels((left + rim, bottom + rim, right - rim, top - rim))
        x0, y0 = max(0, x0), max(0, y0)
        return self._image.crop((x0, y0, max(x1, x0 + 1), max(y1, y0 + 1))).getbbox() is not None

    def _pixels(self, box: Box) -> tuple[int, int, int, int]:
        left, bottom, right, top = box
        xs = (round((x - self._left) * self._scale) for x in (left, right))
        ys = (round((self._top - y) * self._scale) for y in (top, bottom))
        (x0, x1), (y0, y1) = xs, ys
        wide, high = self._image.size
        return max(-1, x0), max(-1, y0), min(wide, x1), min(high, y1)


def _covers(page: pdfium.PdfPage, objects: Sequence[Drawn]) -> list[int]:
    """The numbers of the objects that may hide text drawn before them."""
    first = next((number for number, one in enumerate(objects) if one.is_text), len(objects))
    later = range(first + 1, len(objects))
    pictures = [number for number in later if objects[number].is_image]
    area = sum(_area(objects[number].box) for number in pictures)
    if area > _SCAN * page.get_width() * page.get_height():
        looked_at = pictures[:_MOST_PICTURES]
        pictures = [number for number in looked_at if is_blank_image(objects[number].shown)]
    held = frozenset(pictures)
    return [number for number in later if number in held or _is_shape(objects[number])]


def _is_shape(one: Drawn) -> bool:
    if one.is_text or one.is_image:
        return False
    left, bottom, right, top = one.box
    if min(right - left, top - bottom) <= _THIN:
        return False
    if not one.is_path:
        return True
    filled, stroked = draw_mode(one.shown)
    width = ctypes.c_float()
    if stroked and not filled:
        pdfium_c.FPDFPageObj_GetStrokeWidth(one.shown, width)
    return filled or width.value > _THIN


def _touched(
    plan: _Map, objects: Sequence[Drawn], covers: Sequence[int], annotations: Sequence[Box]
) -> list[Drawn]:
    """The texts that something drawn later touches; `plan` holds all covers in the end."""
    for box in annotations:
        plan.cover(box)
    found: list[Drawn] = []
    held = frozenset(covers)
    for number in range(len(objects) - 1, -1, -1):
        one = objects[number]
        if number in held:
            plan.cover(one.box)
        elif one.is_text and plan.holds(one.box):
            found.append(one)
    return found


def _characters(textpage: pdfium.PdfTextPage, texts: Sequence[Drawn]) -> _Characters:
    owners = frozenset(address(one.shown.raw) for one in texts)
    found: _Characters = {}
    for index in range(textpage.count_chars()):
        owner = address(pdfium_c.FPDFText_GetTextObject(textpage, index))
        if owner in owners and is_ink(textpage, index):
            box = textpage.get_charbox(index)
            found[index] = box if _area(box) > 0 else textpage.get_charbox(index, loose=True)
    return found


def _bare(
    page: pdfium.PdfPage, texts: Sequence[pdfium.PdfObject], covers: Sequence[pdfium.PdfObject]
) -> Image.Image:
    """The ink that `texts` would leave if nothing were drawn upon them."""
    with left_out(covers):
        whole = drawing(page, annotations=False)
        with left_out(texts):
            return difference(whole, drawing(page, annotations=False))


def _place(page: pdfium.PdfPage, image: Image.Image, box: Box) -> tuple[int, int, int, int]:
    left, top, right, bottom = pixels(page, image.size, box)
    return left, top, max(left, right) + 1, max(top, bottom) + 1


def _spans(mask: Image.Image) -> float:
    """The share of a mask's area within which there is ink."""
    left, top, right, bottom = mask.getbbox() or (0, 0, 0, 0)
    return (right - left) * (bottom - top) / max(1, mask.width * mask.height)


def _count(mask: Image.Image) -> int:
    return int(mask.histogram()[255])


def _words(indices: Sequence[int]) -> Iterator[list[int]]:
    for _, group in groupby(enumerate(indices), key=lambda pair: pair[1] - pair[0]):
        yield [index for _, index in group]


def _around(boxes: Sequence[Box]) -> Box:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])
