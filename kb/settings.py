"""One flat, frozen set of settings, each with its reason; read from KB_* variables."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict


def _named(value: object) -> object:
    """An empty path would be the folder that a command happens to run in."""
    if isinstance(value, str) and not value.strip():
        raise PydanticCustomError("empty", "it is empty, and has to name a folder")
    return value


ENGLISH, MULTILINGUAL = "all-MiniLM-L6-v2", "multilingual-e5-small"
"""The packaged models that `embedder_model` chooses from."""


class Settings(BaseSettings):
    """Every field is the variable KB_<NAME>; its description is its row in docs/settings.md."""

    model_config = SettingsConfigDict(env_prefix="KB_", frozen=True, extra="ignore")

    data_dir: Annotated[Path, BeforeValidator(_named)] = Field(
        default=Path("data/local"),
        description="Where all state lives: catalogue, originals, index, models.",
    )
    host: str = Field(
        default="127.0.0.1",
        description="Address to listen on; only loopback is accepted until sign-in exists.",
    )
    port: int = Field(default=8321, ge=0, le=65535, description="Port to listen on.")
    embedder: Literal["auto", "int8", "reference"] = Field(
        default="auto",
        description="int8 is the fast path (onnxruntime); reference is the model in fp32; "
        "auto takes int8 where a check shows the same ranking as the reference.",
    )
    embedder_model: Literal["english", "multilingual"] = Field(
        default="english",
        description="Which packaged model reads documents and questions: all-MiniLM-L6-v2, or "
        "multilingual-e5-small, which takes 1.8 times as long.",
    )
    embedder_path: Path | None = Field(
        default=None,
        description="A sentence-transformers folder to use instead of the packaged models.",
    )
    reranker: Literal["auto", "off"] = Field(
        default="auto",
        description="Whether a cross-encoder has a say in the order of the first passages.",
    )
    reranker_path: Path | None = Field(
        default=None,
        description="A cross-encoder's folder to use instead of the packaged one.",
    )
    chat_path: Path | None = Field(
        default=None, description="A GGUF file to use instead of the chosen or packaged model."
    )
    chat_context: int = Field(
        default=2048, ge=512, description="Tokens of prompt and answer together; more costs memory."
    )
    chat_threads: int = Field(
        default=0, ge=0, description="Threads of the language model; 0 means one for each core."
    )
    chat_max_tokens: int = Field(
        default=160,
        ge=16,
        description="Longest answer in tokens; a small model rambles when given more.",
    )
    chat_queue: int = Field(
        default=4, ge=1, description="Questions that may wait for the model before 503 is answered."
    )
    chunk_tokens: int = Field(
        default=160,
        ge=32,
        description="Longest chunk in the embedder's tokens, context line not counted.",
    )
    parse_timeout_s: int = Field(
        default=120, ge=1, description="Wall time after which a document's parser is killed."
    )
    parse_memory_mb: int = Field(
        default=3072,
        ge=256,
        description="Address space of a parser process; more is refused to it.",
    )
    ocr: Literal["auto", "rapidocr", "tesseract", "off"] = Field(
        default="auto",
        description="Reads pages that are images; auto is rapidocr, and tesseract where it is "
        "installed and reads them better.",
    )
    ocr_language: str = Field(
        default="auto",
        pattern=r"[\w+-]+",
        description="What pages are read for; auto tries on a page, else a code such as en, ru, or "
        "eng+deu for tesseract.",
    )
    ocr_page_timeout_s: int = Field(
        default=60, ge=1, description="Wall time after which OCR of a page is given up."
    )
    max_file_mb: int = Field(
        default=200, ge=1, description="Largest file taken, by upload or from a folder."
    )
    workers: int = Field(
        default=0, ge=0, description="Parser processes; 0 means one for each core, at most four."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="How much the service logs: ids and durations, never text."
    )
