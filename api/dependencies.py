"""What routes are given: the opened store, who asks, and what they may read."""

from typing import Annotated

from fastapi import Depends, Request

from kb.app.bootstrap import KnowledgeBase
from kb.domain import Scope, UserId


def knowledge(request: Request) -> KnowledgeBase:
    kb: KnowledgeBase = request.app.state.kb
    return kb


Kb = Annotated[KnowledgeBase, Depends(knowledge)]


def reader(kb: Kb) -> UserId:
    """Who asks. Until sign-in exists there is one local user."""
    return kb.access.local_user()


CurrentUser = Annotated[UserId, Depends(reader)]


def readable(kb: Kb, user: CurrentUser) -> Scope:
    """Everything the reader may read now."""
    return kb.access.scope(user)


Readable = Annotated[Scope, Depends(readable)]
