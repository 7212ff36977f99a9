"""What is installed, what would dial out, and whether catalogue, index and originals are whole."""

import importlib.metadata
import os
import shutil
from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Annotated, Any, TypeVar

import typer

from kb.app import client
from kb.app.adoption import MATTER
from kb.app.adoption import adopt as adopt_unpromised
from kb.app.bootstrap import open_kb
from kb.app.catalogue import Catalogue
from kb.cli import output
from kb.cli.models import models_app
from kb.cli.options import AsJson
from kb.errors import KBError, Unforeseen
from kb.models.llm import model_guards
from kb.models.model_files import (
    chat_models,
    chosen_chat,
    embedder_model,
    model_json,
    sha256_of,
)
from kb.offline import SWITCHES
from kb.pages.ocr_models import OTHERS, how_to_install, languages_by_tesseract
from kb.sandbox.pool import parser_guards
from kb.settings import Settings
from kb.store.data_folder import open_to_others, still_open
from kb.store.documents.orphans import KEPT_DAYS

LIBRARIES = (
    "chromadb",
    "fastapi",
    "llama-cpp-python",
    "llama-index-core",
    "onnxruntime",
    "pypdfium2",
    "sentence-transformers",
    "sqlcipher3",
    "torch",
    "unstructured",
)

T = TypeVar("T")


def register(app: typer.Typer) -> None:
    app.command()(doctor)
    app.add_typer(models_app, name="models")


def doctor(
    adopt: Annotated[
        bool,
        typer.Option("--adopt", help="Take originals in again that no document here has."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Examine the installation: libraries, models, switches, catalogue, index, originals."""
    settings = Settings()
    taken = _adopted(settings) if adopt else None
    report = examine(settings)
    if taken is not None:
        report["adopted"] = taken
    if as_json:
        output.print_json(report)
    else:
        output.show_rows(list(report["libraries"].items()), [24])
        for model in report["models"]:
            used = "in use" if model["in_use"] else ""
            size = f"{model['size'] / 1e6:.0f} MB"
            row = (model["name"], model["role"], size, model["licence"], used, model["sha256"])
            output.show_rows([row], [30, 9, 8, 12, 7])
        off = sum(report["offline"].values())
        output.show_rows(
            [
                ("offline", f"{off} of {len(report['offline'])} switches of vendors are off"),
                ("catalogue", report["catalogue"]["state"]),
                ("index", report["index"]["state"]),
                ("originals", _told(report)),
                ("permissions", _told_of_permissions(report["permissions"])),
                *((f"confined: {who}", told) for who, told in report["confinement"].items()),
                ("disk", f"{report['disk_free_mb']} MB free"),
                ("OCR", _told_of_ocr(report["ocr"]["tesseract"])),
                *(("problem", problem) for problem in report["problems"]),
            ],
            [24],
        )
    if report["problems"]:
        raise typer.Exit(1)


def _adopted(settings: Settings) -> int:
    kb = open_kb(settings, chat=False)
    try:
        return adopt_unpromised(kb)
    finally:
        kb.close()


def _told(report: dict[str, Any]) -> str:
    """What became of originals, as words for a person."""
    aside, adopted = report["set_aside"], report.get("adopted")
    told = f"{aside} set aside, for {KEPT_DAYS} days" if aside else "none set aside"
    if adopted:
        told += (
            f"; {adopted} taken in again as “{MATTER}”, read at the next `kb ingest` or `kb serve`"
        )
    return told


def _told_of_permissions(found: dict[str, int]) -> str:
    if not found["open"]:
        return "closed to other users"
    return (
        f"{found['open']} files or folders were open to other users, {found['closed']} closed now"
    )


def _told_of_ocr(codes: list[str]) -> str:
    """Which languages of scans can be read here, as words for a person."""
    told = "Latin letters, Chinese and Japanese"
    if not codes:
        return f"{told}; others with tesseract, Russian by {how_to_install('rus')}"
    return f"{told}; with tesseract {', '.join(OTHERS[code].name for code in codes)}"


def examine(settings: Settings) -> dict[str, Any]:
    """Everything `kb doctor` tells; `problems` is a list of sentences, empty when all is well."""
    problems: list[str] = []
    unknown: dict[str, object] = {"state": "not opened"}
    no_models: list[dict[str, object]] = []
    before = len(list(open_to_others(settings.data_dir)))
    report = {
        "libraries": _libraries(problems),
        "models": _checked(partial(_models, settings), no_models, problems),
        "offline": _switches(problems),
        "catalogue": _checked(partial(_catalogue, settings), unknown, problems),
        "index": _checked(partial(_index, settings), unknown, problems),
        "set_aside": _checked(partial(_originals, settings), 0, problems),
        "permissions": _permissions(settings, before, problems),
        "confinement": _confinement(problems),
        "disk_free_mb": _disk(settings, problems),
        "ocr": {"tesseract": languages_by_tesseract()},
    }
    return {**report, "problems": problems}


def _checked(check: Callable[[list[str]], T], otherwise: T, problems: list[str]) -> T:
    """One check that damage must not keep from the others: what stops it is a problem."""
    try:
        return check(problems)
    except KBError as error:
        told = error.message
    except Exception as error:  # noqa: BLE001 - the door of a check, for damage of any kind
        told = Unforeseen(error).message
    if told not in problems:
        problems.append(told)
    return otherwise


def _catalogue(settings: Settings, problems: list[str]) -> dict[str, object]:
    """Whether every page of it can be read; a problem where one is damaged."""
    with closing(Catalogue(settings)) as catalogue:
        damage = catalogue.database.damage()
    if damage:
        problems.append(damage)
    return {"state": "damaged" if damage else "whole"}


def _libraries(problems: list[str]) -> dict[str, str]:
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "missing"
            problems.append(f"{name} is not installed. Run `make setup`.")
    return found


def _models(settings: Settings, problems: list[str]) -> list[dict[str, object]]:
    listed = []
    try:
        embedder = embedder_model(settings)
        listed.append({**model_json(embedder, in_use=True), "sha256": sha256_of(embedder.path)})
        chosen = chosen_chat(settings)
        if chosen is None:
            problems.append("There is no language model; answers are quotes alone.")
        for model in {m.name: m for m in (*chat_models(settings), chosen) if m}.values():
            actual = sha256_of(model.path)
            intact = not model.sha256 or model.sha256 == actual
            if not intact:
                problems.append(
                    f"{model.path} has changed since it was installed. Import it again."
                )
            told = model_json(model, in_use=bool(chosen and chosen.name == model.name))
            listed.append({**told, "sha256": actual, "intact": intact})
    except KBError as error:
        problems.append(error.message)
    return listed


def _switches(problems: list[str]) -> dict[str, bool]:
    """Each vendor's switch and whether it is off. A switch left on would dial out."""
    off = {name: os.environ.get(name) == value for name, value in SWITCHES.items()}
    problems.extend(
        f"{name} is not set, so a library would dial out." for name in off if not off[name]
    )
    return off


def _index(settings: Settings, problems: list[str]) -> dict[str, object]:
    owner = client.connect(settings)
    if owner:
        return {"state": "held by the running service", **owner.status()}
    try:
        kb = open_kb(settings, chat=False)
    except KBError as error:
        problems.append(error.message)
        return {"state": "not opened"}
    try:
        if not kb.database.writes:
            return {"state": "not opened: the store can only be read here"}
        if kb.index is None:
            return {"state": "held by another process"}
        if kb.embedder is not kb.embedders.wanted:
            problems.append(
                f"The vectors are {kb.embedder.name}'s and the settings name "
                f"{kb.embedders.wanted.name}. `kb reindex` changes them while searches go on."
            )
        lacking, extra = kb.in_step()
        if lacking or extra:
            problems.append(
                f"The index lacks {lacking} chunks and has {extra} too many: `kb reindex`."
            )
        return {"state": "in step" if not lacking + extra else "out of step", "lacking": lacking}
    finally:
        kb.close()


def _originals(settings: Settings, problems: list[str]) -> int:
    """How many are set aside; a problem where the catalogue may not know all of them."""
    try:
        with closing(Catalogue(settings)) as catalogue:
            if concern := catalogue.originals.concern():
                problems.append(concern)
            if damaged := catalogue.verification.damaged():
                problems.append(
                    f"{damaged} originals were not found as they were taken in. `kb verify` names "
                    "them and says what to do."
                )
            return sum(1 for _ in catalogue.files.aside())
    except KBError as error:
        if error.message not in problems:
            problems.append(error.message)
        return 0


def _permissions(settings: Settings, before: int, problems: list[str]) -> dict[str, int]:
    """How much of the store other users could use; what of that this program has closed since."""
    left = len(list(open_to_others(settings.data_dir)))
    if left:
        problems.append(still_open(settings.data_dir, left))
    return {"open": before, "closed": max(0, before - left)}


def _confinement(problems: list[str]) -> dict[str, str]:
    """Which guards of the kernel hold each process that reads documents, and what lacks."""
    told = {}
    for who, ask in (("parsers, drawing", parser_guards), ("language model", model_guards)):
        try:
            told[who] = str(ask())
        except KBError as error:
            told[who] = "not started"
            problems.append(error.message)
    return told


def _disk(settings: Settings, problems: list[str]) -> int:
    folder = (
        settings.data_dir if settings.data_dir.exists() else settings.data_dir.absolute().parent
    )
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free >> 20
    if free < 1024:
        problems.append(f"Only {free} MB are free under {folder}. Make room before ingesting.")
    return free
