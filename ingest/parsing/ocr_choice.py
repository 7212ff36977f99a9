"""Which model reads the image pages of a file: several are tried on one page, the best is taken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.formats.base.options import ParseOptions
from ingest.formats.ocr.candidates import (
    Model,
    first_model,
    likely_languages,
    other_models,
)
from ingest.formats.ocr.legibility import Legibility
from kb.domain import Fact, Page, Reading
from kb.pages.ocr_models import OTHERS, how_to_install, installed_data

_UNKNOWN = Legibility()


@dataclass(frozen=True, slots=True)
class Attempt:
    """A page as one model read it, or why it was not read."""

    page: Page
    model: Model
    seconds: float
    reading: Reading | None = None
    legible: Legibility = _UNKNOWN
    reason: str = ""

    @property
    def doubtful(self) -> bool:
        return self.reading is not None and self.legible.doubtful


class Choice:
    """Tries other models on one page of a file, the first that `model` could read little of.

    Models for the same letters are compared, and the first kind of letters that reads well ends it.

    `likely` are the languages that the file may be in, `seconds` what trying has taken. Where
    the settings name an engine or a language nothing is tried.
    """

    def __init__(self, options: ParseOptions, likely: Sequence[str]) -> None:
        asked = options.ocr == "tesseract" and options.ocr_language == "auto"
        self.model = first_model(options, likely, installed_data() if asked else ())
        self.likely = likely
        self.open = options.ocr_language == "auto" and options.ocr != "rapidocr"
        self.before: Attempt | None = None
        self.tried: Attempt | None = None
        self.seconds = 0.0

    def settle(self, doubted: Attempt, read: Callable[[Page, Model], Attempt]) -> Attempt:
        """The best reading of the page; its model is `model` from then on. Asked only once."""
        self.open = False
        best = doubted
        self.seconds = doubted.seconds
        for alike in other_models(doubted.model, self.likely, installed_data()):
            attempts = [read(doubted.page, model) for model in alike]
            self.seconds += sum(one.seconds for one in attempts)
            best = max(doubted, *attempts, key=lambda one: one.legible.read)
            if best.legible.beats(doubted.legible):
                break
        else:
            best = doubted
        self.seconds -= best.seconds  # which count with the page
        self.before, self.tried, self.model = doubted, best, best.model
        return best

    @property
    def problem(self) -> str:
        """A sentence where no model here could read the page that was tried, else ""."""
        if self.tried is None or not self.tried.legible.poor:
            return ""
        told = (
            f"OCR could read only {_percent(self.tried.legible)} of the lines of page "
            f"{self.tried.page.number}."
        )
        installed = installed_data()
        lacking = [code for code in self.likely if code in OTHERS]
        lacking = [code for code in lacking if OTHERS[code].data not in installed]
        if lacking:
            names = " or ".join(OTHERS[code].name for code in lacking[:3])
            data = "+".join(OTHERS[code].data for code in lacking[:3])
            return f"{told} It may be in {names}, which tesseract reads. {_advice(data)}"
        return (
            f"{told} It may be a poor scan, written by hand, or in letters that no installed model "
            f"reads. For Russian, say: {_advice('rus')}"
        )


def ocr_facts(attempts: Sequence[Attempt], choice: Choice) -> tuple[Fact, ...]:
    """Which model read which pages, and how much of their lines it could read."""
    facts = []
    read = [one for one in attempts if one.reading is not None]
    for model in dict.fromkeys(one.model for one in read):
        own = [one for one in read if one.model == model]
        legible = sum((one.legible for one in own), Legibility())
        where = "" if len(own) == len(read) else f" on {len(own)} of {len(read)} pages"
        told = f"{model}{where}, {_percent(legible)} legible"
        if choice.before is not None and choice.before.model != model == choice.model:
            before = f"{choice.before.model} {_percent(choice.before.legible)}"
            told += f"; on page {choice.before.page.number} {before}"
        facts.append(Fact("ocr", told))
    return tuple(facts)


def choice_for(name: str, reading: Reading, options: ParseOptions) -> Choice:
    """The choice for a file that people know as `name`."""
    languages = likely_languages(name, reading.language, reading.text, options.languages)
    return Choice(options, languages)


def _percent(legible: Legibility) -> str:
    return f"{legible.share:.0%}".replace("%", " %")


def _advice(data: str) -> str:
    return f"On Debian: {how_to_install(data)}; then delete the document and add it again."
