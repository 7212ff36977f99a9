"""Ctrl-C while something is done that must be whole."""

import os
import signal
import threading

import pytest

from kb.interrupts import undisturbed


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_what_must_be_whole_is_done_before_the_interrupt_counts() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), undisturbed():
        interrupt()
        done.append("whole")
    assert done == ["whole"]


def test_who_presses_twice_does_not_wait() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), undisturbed():
        interrupt()
        interrupt()
        done.append("whole")
    assert done == []


def test_a_part_of_what_must_be_whole_ends_with_all_of_it() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), undisturbed():
        with undisturbed():
            interrupt()
        done.append("whole")
    assert done == ["whole"]


def test_interrupts_are_as_they_were_afterwards_and_elsewhere() -> None:
    before = signal.getsignal(signal.SIGINT)
    with undisturbed():
        pass
    with pytest.raises(KeyError), undisturbed():
        raise KeyError
    assert signal.getsignal(signal.SIGINT) is before
    ended = []

    def elsewhere() -> None:
        with undisturbed():
            ended.append(signal.getsignal(signal.SIGINT) is before)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert ended == [True]
