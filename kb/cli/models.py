"""The language models on this machine: listed, chosen, imported."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from kb.cli import output
from kb.cli.options import AsJson
from kb.models.model_files import chat_models, chosen_chat, embedder_model, import_chat, model_json
from kb.models.model_files import use_chat as choose_chat
from kb.settings import Settings

models_app = typer.Typer(help="The language models on this machine.", no_args_is_help=True)


@models_app.command("list")
def models_list(as_json: AsJson = False) -> None:
    """List the models: packaged, imported, and the one in use."""
    settings = Settings()
    chosen = chosen_chat(settings)
    embedder = embedder_model(settings)
    listed = [model_json(embedder, in_use=True)]
    for model in {m.name: m for m in (*chat_models(settings), chosen) if m}.values():
        listed.append(model_json(model, in_use=bool(chosen and chosen.name == model.name)))
    if as_json:
        output.print_json({"models": listed})
        return
    for row in listed:
        used = "in use" if row["in_use"] else ""
        output.show_rows([(row["name"], row["role"], used, row["path"])], [30, 9, 7])


@models_app.command("use")
def models_use(name: Annotated[str, typer.Argument(help="A name from `kb models list`.")]) -> None:
    """Choose the language model; a running service takes it at its next start."""
    model = choose_chat(Settings(), name)
    output.console.print(f"{model.name} answers from now on. Restart a running service.")


@models_app.command("import")
def models_import(
    file: Annotated[Path, typer.Argument(help="A GGUF file.")],
    licence: Annotated[str, typer.Option(help="Its licence, for the record.")] = "unknown",
) -> None:
    """Copy a GGUF file into the store and keep its SHA-256."""
    model = import_chat(Settings(), file, licence)
    output.console.print(
        Text(
            f"{model.name} imported, SHA-256 {model.sha256}. `kb models use {model.name}` takes it."
        )
    )
