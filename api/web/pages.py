"""The page itself: one template, its files and its texts, all from this folder."""

from functools import partial
from pathlib import Path

from fastapi import APIRouter, Request
from markupsafe import Markup, escape
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from api.web.language import preferred
from kb.text.messages import Catalogue

HERE = Path(__file__).parent

router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(directory=HERE / "templates")
catalogue = Catalogue(HERE / "locales")


def static_files() -> StaticFiles:
    return StaticFiles(directory=HERE / "static")


@router.get("/")
def page(request: Request, lang: str = "") -> Response:
    """In the language `lang`, or in the one that the browser prefers where the page has no such."""
    accepted = request.headers.get("accept-language", "")
    known = lang in catalogue.texts
    language = lang if known else preferred(accepted, catalogue.languages)
    t = partial(_text, language)
    values = {
        "max_file_mb": request.app.state.kb.settings.max_file_mb,
        "language": language,
        "texts": {code: catalogue.texts[code] for code in catalogue.languages},
        "t": t,
        "strong": lambda key: Markup("<strong>{}</strong>").format(t(key)),
    }
    headers = {"content-language": language, "vary": "accept-language"}
    return templates.TemplateResponse(request, "page.html", values, headers=headers)


def _text(language: str, key: str, **values: object) -> Markup:
    """A text as markup: what is filled in is escaped, unless it is markup itself."""
    return Markup(escape(catalogue.pattern(key, language))).format(**values)
