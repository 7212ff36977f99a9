"""Whether a text is in another language than a question."""

import pytest

from kb.text.foreign import apart_from

ENGLISH = "The lease of the shop ends on the first of May, and the rent is due with it."
GERMAN = "Das Mietverhältnis endet am ersten Mai, und die Miete ist mit ihm fällig."
CHINESE = "租约于五月一日到期。"
ARABIC = "ينتهي الإيجار في الأول من مايو."


@pytest.mark.parametrize(
    ("question", "near", "far"),
    [
        ("When does the lease end?", ENGLISH, (GERMAN, CHINESE, ARABIC)),
        ("Wann endet das Mietverhältnis über den Laden?", GERMAN, (ENGLISH, CHINESE, ARABIC)),
        ("租约什么时候到期？", CHINESE, (ENGLISH, GERMAN, ARABIC)),
        ("متى ينتهي الإيجار؟", ARABIC, (ENGLISH, CHINESE)),
    ],
)
def test_another_language_is_told_by_its_writing_or_its_words(
    question: str, near: str, far: tuple[str, ...]
) -> None:
    apart = apart_from(question)
    assert not apart(near)
    assert all(apart(text) for text in far)


@pytest.mark.parametrize("question", ["12 May 2031", "Osprey", "?"])
def test_a_question_without_a_language_of_its_own_is_apart_from_nothing_in_its_writing(
    question: str,
) -> None:
    apart = apart_from(question)
    assert not apart(ENGLISH)
    assert not apart(GERMAN)
    assert not apart("4,250")
