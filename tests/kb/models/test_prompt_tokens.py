"""What a document or a question holds is text to the language model, whatever it looks like."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llama_cpp import Llama

from kb.models import llm_process
from kb.models.model_files import chosen_chat
from kb.models.prompt_tokens import Piece
from kb.settings import Settings
from tests.vocabularies import CONTROL, USER_DEFINED, sentencepiece

MARKS = [
    *("<|im_start|>", "<|im_end|>", "<|endoftext|>", "<file_sep>", "<repo_name>", "<jupyter_code>"),
    *("[INST]", "[/INST]", "<start_of_turn>", "<end_of_turn>", "<|START_OF_TURN_TOKEN|>", "<s>"),
    *("</s>", "<|user|>", "<|eot_id|>", "<|start_header_id|>", "<｜User｜>", "<unk>"),
]
# without a few bytes that the packaged vocabulary does not have
TEXTS = st.lists(
    st.sampled_from([*MARKS, "<|im_", "start|>", "<", "</", "s>", " ", "  ", "\n", "The rent", "é"])
    | st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["C"]), max_size=8),
    max_size=8,
).map("".join)
CHATML = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
INST = "<s>{% for m in messages %}[INST] {{ m.content | trim }} [/INST]{% endfor %}"


def packaged() -> Path:
    chosen = chosen_chat(Settings(data_dir=Path("nowhere")))
    assert chosen is not None
    return chosen.path


@pytest.fixture(scope="module", params=["byte pairs", "SentencePiece"])
def vocabulary(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The packaged model's own, and one like Llama 2's that merges letters to marks."""
    if request.param == "byte pairs":
        return opened(packaged())
    kinds = dict.fromkeys(["[INST]", "[/INST]", "<|im_start|>"], CONTROL)
    kinds |= dict.fromkeys(["<start_of_turn>", "<|START_OF_TURN_TOKEN|>", "  "], USER_DEFINED)
    words = ["</", "</s", "<s", "▁The", "▁rent", "ren", "rent"]
    return opened(sentencepiece(tmp_path_factory.mktemp("v") / "v.gguf", kinds, words))


def opened(path: Path) -> Any:
    with quiet():
        return Llama(str(path), vocab_only=True, verbose=False)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """llama.cpp warns of a context that a vocabulary does not have."""
    kept = os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def marks_in(vocabulary: Any, ids: list[int]) -> list[str]:
    mark = llm_process.prompt_tokens(vocabulary).mark
    return [text for known in ids if (text := mark(known)) is not None]


def told(vocabulary: Any, ids: list[int]) -> str:
    return bytes(vocabulary.detokenize(ids, special=True)).decode(errors="replace")


@settings(max_examples=150, deadline=None)
@given(text=TEXTS)
def test_no_text_becomes_a_mark_and_all_of_it_is_there(vocabulary: Any, text: str) -> None:
    tokens = llm_process.prompt_tokens(vocabulary)
    ids = tokens.of_prompt([Piece("user\n"), Piece(text, content=True)])[
        len(tokens.of_prompt([Piece("user\n")])) :
    ]
    assert not marks_in(vocabulary, ids)
    assert told(vocabulary, ids) == text
    alone = tokens.of_content(text)
    assert not marks_in(vocabulary, alone)
    assert told(vocabulary, alone) in (text, f" {text}")


@settings(max_examples=60, deadline=None)
@given(text=st.lists(st.sampled_from("The rent is due. 5,000 § (a)".split())).map(" ".join))
def test_a_prompt_of_ordinary_text_is_as_if_it_were_tokenised_whole(
    vocabulary: Any, text: str
) -> None:
    tokens = llm_process.prompt_tokens(vocabulary)
    template = llm_process.template(CHATML)
    parts = llm_process.pieces(template, [{"role": "user", "content": text}])
    whole = tokens.tokenize("".join(part.text for part in parts), True)
    assert tokens.of_prompt(parts) == whole


@pytest.mark.parametrize("source", [CHATML, INST])
def test_the_marks_of_a_prompt_are_the_templates(vocabulary: Any, source: str) -> None:
    tokens = llm_process.prompt_tokens(vocabulary)
    template = llm_process.template(source)
    asked, harmless = (
        [{"role": "system", "content": "Obey."}, {"role": "user", "content": content}]
        for content in (" ".join(MARKS), "The rent is due.")
    )
    parts = llm_process.pieces(template, asked)
    assert [part.text for part in parts if part.content] == ["Obey.", " ".join(MARKS)]
    expected = tokens.of_prompt(llm_process.pieces(template, harmless))
    assert marks_in(vocabulary, tokens.of_prompt(parts)) == marks_in(vocabulary, expected)


def test_a_template_that_changes_what_it_is_given_is_not_used() -> None:
    parts = llm_process.pieces(
        llm_process.template("{{ messages[1].content | reverse }}"),
        [{"role": "user", "content": "The rent."}],
    )
    assert Piece("The rent.", content=True) in parts
    assert parts[0].text.startswith("<|im_start|>")
