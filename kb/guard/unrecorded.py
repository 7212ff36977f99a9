"""The audit trail of a store that can only be read: none, and whoever reads is told so."""

import logging
from typing import Any

from kb.guard.audit import Audit

log = logging.getLogger("kb")


class Unrecorded(Audit):
    """Stands for `Audit` where nothing can be written, a backup for instance.

    The service, whose readers are not its administrators, does not start on such a store.
    """

    def __init__(self) -> None:
        """It has no file."""

    def unwritable(self) -> str | None:
        return None

    def faults(self) -> list[str]:
        return []

    def close(self) -> None:
        pass

    def _append(self, *_: Any) -> None:
        log.warning("This store can only be read here: nobody records what is shown of it now.")
