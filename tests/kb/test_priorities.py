"""Who gives way: work for documents waits for questions, and not for long."""

import threading
import time

from kb import priorities


def test_work_for_documents_waits_for_a_question_and_goes_on_at_its_end() -> None:
    went = threading.Event()

    def work() -> None:
        priorities.let_pass()
        went.set()

    longest, priorities.LONGEST_S = priorities.LONGEST_S, 60.0
    try:
        with priorities.question():
            threading.Thread(target=work, daemon=True).start()
            assert not went.wait(0.1)
        assert went.wait(10)
    finally:
        priorities.LONGEST_S = longest


def test_work_for_documents_goes_on_beside_questions_without_end() -> None:
    began = time.monotonic()
    with priorities.question():
        priorities.let_pass()
    assert time.monotonic() - began >= priorities.LONGEST_S / 2
