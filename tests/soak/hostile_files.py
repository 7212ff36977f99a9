"""Hostile files of every format that is read, made by code: each attack in growing sizes."""

from collections.abc import Sequence
from pathlib import Path

from tests.soak.attacks import (
    archives,
    mails,
    markup,
    offices,
    pdfs,
    pictures,
    sheets,
    texts,
    words,
)
from tests.soak.attacks.base import Attack

ATTACKS: tuple[Attack, ...] = (
    *(*texts.ATTACKS, *markup.ATTACKS, *mails.ATTACKS, *archives.ATTACKS),
    *(*words.ATTACKS, *sheets.ATTACKS, *pdfs.ATTACKS, *offices.ATTACKS),
)
PICTURES = pictures.ATTACKS
"""These are read with OCR, all others without."""
FEW = range(1, 2)
"""The power of ten at which an attack is as small as it can be and still is one."""


def write(attacks: Sequence[Attack], folder: Path, powers: range) -> list[Path]:
    """The files of these attacks in `folder`, in the sizes of `powers` that each can have."""
    folder.mkdir(parents=True)
    return [
        attack.write(folder, power)
        for attack in attacks
        for power in powers
        if power <= attack.largest
    ]
