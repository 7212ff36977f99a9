"""The page itself: one template and its files, all from this folder."""

from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

HERE = Path(__file__).parent

router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(directory=HERE / "templates")


def static_files() -> StaticFiles:
    return StaticFiles(directory=HERE / "static")


@router.get("/")
def page(request: Request) -> Response:
    limit = request.app.state.kb.settings.max_file_mb
    return templates.TemplateResponse(request, "page.html", {"max_file_mb": limit})
