"""Matters: the walls around documents."""

from typing import Any

from fastapi import APIRouter

from api.dependencies import Kb, Readable
from api.schemas.base import MatterReply, MatterRequest, MattersReply, errors
from kb.app import matters

router = APIRouter(prefix="/v1/matters", tags=["matters"])


@router.get("", summary="List matters", response_model=MattersReply)
def list_matters(kb: Kb, scope: Readable) -> dict[str, Any]:
    return matters.list_matters(kb, scope)


@router.post(
    "",
    summary="Add a matter",
    description="A matter that is already there is answered as it is.",
    status_code=201,
    response_model=MatterReply,
    responses=errors(400),
)
def add_matter(wanted: MatterRequest, kb: Kb) -> dict[str, Any]:
    return matters.add_matter(kb, wanted.name, wanted.client)
