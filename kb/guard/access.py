"""People and matters to a `Scope`; the only place that makes one for a reader."""

import os
from collections.abc import Sequence

from kb.domain import Scope, UserId
from kb.domain.keys import matter_key
from kb.errors import NotFound
from kb.store.documents.library import Library


class Access:
    """Until sign-in exists there is one reader: whoever may use this machine's loopback."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def local_user(self) -> UserId:
        return UserId(f"local:{os.getuid()}")

    def scope(
        self, user_id: UserId, matters: Sequence[str] = (), *, superseded: bool = False
    ) -> Scope:
        """All that this person may read, or of it the named matters alone.

        `superseded` takes in old versions of documents.

        Raises `NotFound` for a matter that is not there or that they may not read.
        """
        readable = self._library.all_matter_ids()
        if not matters:
            return Scope(user_id, readable, superseded=superseded)
        wanted = {matter_key(" ".join(name.split())): name for name in matters}
        for known, name in wanted.items():
            if known not in readable:
                raise NotFound("matter", name)
        return Scope(user_id, frozenset(wanted), superseded=superseded)
