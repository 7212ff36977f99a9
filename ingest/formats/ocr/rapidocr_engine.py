"""Reading a page's image with RapidOCR; its only importer, run in a child.

RapidOCR fetches a model that it is not given, so it is given each of those in its own
package by its path; nothing is looked up and nothing is downloaded.
"""

from functools import cache
from pathlib import Path
from statistics import median
from typing import Any
from unicodedata import east_asian_width

import numpy as np
import rapidocr
from numpy.typing import NDArray
from PIL import Image
from rapidocr.ch_ppocr_cls import TextClsOutput
from rapidocr.main import RapidOCRError
from rapidocr.utils.process_img import map_boxes_to_original

from ingest.formats.ocr.page_reading import Line, Word
from kb.errors import ParseFailed
from kb.pages.layout import Box

_MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
}
SIDE = 1280
"""Pixels of the longer side of the image on which lines are looked for; see docs/ingestion.md."""
_LONGEST = 3000  # pixels; a longer side is shrunk to this before it is read
_ASKED = 24  # lines that are asked whether they stand on their heads
_SHAPE = 4  # widths to a height, what the classifier was made for
_SURE = 0.9
_KEPT = 0.5  # how sure the engine has to be of a line that it tells
_CHARACTERS = 1.0  # in a line's height; print has twice as many, and more of narrow type
Points = NDArray[np.float64]
Pixels = NDArray[np.uint8]


def read_lines(image: Image.Image, language: str, *, side: int = SIDE) -> list[Line]:
    """The lines of an RGB image, which may lie on a side or stand on its head.

    They are looked for on the image shrunk to `side` pixels, the longer of its sides (0: as it
    is), and read from the image as it is; those that cannot be read come last, without text.
    Raises `ParseFailed` for a language that the model does not read.
    """
    pixels = np.asarray(image)[:, :, ::-1]  # the engine wants blue, green, red
    engine = _engine(language, side or _LONGEST)
    turns = 0
    found = _detected(engine, pixels)
    if found and _sideways(found.boxes):
        turns = 1
        found = _detected(engine, np.rot90(pixels, turns))
    if found and _upside_down(engine, found.crops):
        turns += 2
        found = _detected(engine, np.rot90(pixels, turns))
    if not found:
        return []
    texts = engine.recognize_txt(found.crops)
    turned = np.ascontiguousarray(np.rot90(pixels, turns))
    size = (turned.shape[1], turned.shape[0])
    silent = _silent(found, texts, size)
    unasked = TextClsOutput()
    told = engine.build_final_output(turned, found.raw, unasked, texts, found.crops, found.steps)
    if not told.txts:
        return _unread(silent, _slope(silent))
    slope = _slope(told.boxes)
    return [
        Line(
            text,
            _straight(box, slope),
            tuple(_words(text, box, words, turns=turns, size=size)),
            float(score) * _filled(text, box),
        )
        for text, box, words, score in zip(
            told.txts, told.boxes, told.word_results, told.scores, strict=True
        )
    ] + _unread(silent, slope)


class _Found:
    """What the detector made of an image; `raw` and `steps` are the engine's own."""

    def __init__(self, crops: list[Pixels], raw: Any, steps: dict[str, Any]) -> None:
        self.crops = crops
        self.raw = raw
        self.steps = steps
        self.boxes: Points = np.array(raw.boxes)


def _detected(engine: Any, pixels: Pixels) -> _Found | None:
    image, steps = engine.preprocess_img(np.ascontiguousarray(pixels))
    try:
        crops, raw = engine.detect_and_crop(image, steps)
    except RapidOCRError:  # its way to say that there is no text
        return None
    return _Found(crops, raw, steps)


def _sideways(boxes: Points) -> bool:
    """Whether most lines run up or down; short words say nothing."""
    wide = np.linalg.norm(boxes[:, 0] - boxes[:, 1], axis=1)
    high = np.linalg.norm(boxes[:, 0] - boxes[:, 3], axis=1)
    return int((high > 2 * wide).sum()) > int((wide > 2 * high).sum())


def _upside_down(engine: Any, crops: list[Pixels]) -> bool:
    """By vote of lines' beginnings: the classifier squeezes a long line until it cannot tell."""
    longest = sorted(crops, key=lambda crop: -crop.shape[1])[:_ASKED]
    _, told = engine.cls_and_rotate([crop[:, : _SHAPE * crop.shape[0]] for crop in longest])
    sure = [label for label, score in told.cls_res if score > _SURE]
    return bool(sum(label == "180" for label in sure) > 0.5 * max(1, len(sure)))


def _unread(boxes: Points, slope: float) -> list[Line]:
    return [Line("", _straight(box, slope), (), 0.0) for box in boxes]


def _silent(found: _Found, texts: Any, size: tuple[int, int]) -> Points:
    """The corners of the lines of which the engine will tell nothing."""
    boxes = map_boxes_to_original(found.boxes.copy(), found.steps, size[1], size[0])
    told = [
        bool(text.strip()) and score >= _KEPT
        for text, score in zip(texts.txts, texts.scores, strict=True)
    ]
    silent: Points = np.asarray(boxes, float)[~np.array(told, bool)]
    return silent


def _filled(text: str, box: Points) -> float:
    """How much of a line its characters can fill, from 0 to 1.

    Letters that the model does not know are left out, and it is sure of the rest.
    """
    wide, high = (float(np.linalg.norm(box[0] - corner)) for corner in (box[1], box[3]))
    drawn = sum(2 if east_asian_width(one) in "WF" else 1 for one in text if not one.isspace())
    return min(1.0, drawn * high / (_CHARACTERS * max(1.0, wide)))


def _slope(boxes: Points) -> float:
    across = (boxes[:, 1] + boxes[:, 2] - boxes[:, 0] - boxes[:, 3]) / 2
    return float(median((across[:, 1] / np.maximum(across[:, 0], 1)).tolist()))


def _straight(box: Points, slope: float) -> Box:
    """Where a line would be if the page had not been laid askew."""
    left, right = (box[0] + box[3]) / 2, (box[1] + box[2]) / 2
    middle = (left[1] + right[1]) / 2 - slope * (left[0] + right[0]) / 2
    height = (np.linalg.norm(box[0] - box[3]) + np.linalg.norm(box[1] - box[2])) / 2
    return float(left[0]), float(middle - height / 2), float(right[0]), float(middle + height / 2)


def _words(text: str, box: Points, found: Any, *, turns: int, size: tuple[int, int]) -> list[Word]:
    """The engine's words, each found again in the line; the whole line where they differ."""
    words: list[Word] = []
    at = 0
    for word, _, corners in found:
        start = text.find(word, at)
        if start < 0 or text[at:start].strip():
            return [Word(0, len(text), _upright(box, turns, size))]
        at = start + len(word)
        words.append(Word(start, at, _upright(np.array(corners, float), turns, size)))
    return words


def _upright(corners: Points, turns: int, size: tuple[int, int]) -> Box:
    """The bounds of corners on the image as it was before it was turned."""
    wide, high = size
    for _ in range(turns):  # np.rot90 turns against the clock
        corners = np.stack([high - corners[:, 1], corners[:, 0]], axis=1)
        wide, high = high, wide
    (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
    return float(x0), float(y0), float(x1), float(y1)


@cache
def _engine(language: str, side: int) -> Any:
    """One session a model and one thread a session: pages are read side by side instead."""
    vendor: Any = rapidocr.RapidOCR  # its package carries no types
    known = vendor.list_supported_langs("rec", "PP-OCRv6", "small")
    if language not in known:
        raise ParseFailed(
            f"RapidOCR's packaged model does not read “{language}”. Set KB_OCR_LANGUAGE to one "
            f"of {', '.join(known)}, or KB_OCR to tesseract.",
            "unsupported",
        )
    folder = Path(str(rapidocr.__file__)).parent / "models"
    missing = [name for name in _MODELS.values() if not (folder / name).is_file()]
    if missing:
        raise ParseFailed(f"OCR lacks its model {missing[0]}. Run make setup again.", "unsupported")
    params = {f"{role}.model_path": str(folder / name) for role, name in _MODELS.items()}
    return vendor(
        params={
            **params,
            "Global.log_level": "critical",
            "Global.max_side_len": _LONGEST,
            "Global.return_word_box": True,
            "Global.text_score": _KEPT,
            "Det.limit_type": "max",
            "Det.limit_side_len": side,
            "Rec.rec_batch_num": 1,  # a line's text depends on that line alone
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
