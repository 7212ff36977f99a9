"""The web application: routes, doors, and the one place where errors become statuses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response

from api.images import PageImages
from api.middleware.origin import LoopbackOnly
from api.middleware.pace import BodyPace, Pace
from api.middleware.request_log import BodyLimit, Door
from api.routes import ask, authorities, documents, jobs, matters, ops, pictures, search
from api.schemas.base import errors, refusal
from api.uploads.receive import Uploads
from api.web import pages
from kb import errors as kb_errors
from kb.app.bootstrap import SCRATCH, KnowledgeBase

STATUSES: dict[type[kb_errors.KBError], int] = {
    kb_errors.BadRequest: 400,
    kb_errors.NotFound: 404,
    kb_errors.Ambiguous: 409,
    kb_errors.TooLarge: 413,
    kb_errors.ParseFailed: 422,
    kb_errors.Busy: 503,
    kb_errors.NotAccepting: 503,
    kb_errors.OriginalMissing: 410,
    kb_errors.OriginalChanged: 409,
    kb_errors.OriginalUnreadable: 503,
    kb_errors.StoreProblem: 503,
    kb_errors.IndexUnavailable: 503,
    kb_errors.ModelMissing: 503,
    kb_errors.ModelFailed: 503,
    kb_errors.LimitExceeded: 503,
}
BY_CODE = {kind.code: status for kind, status in STATUSES.items()}
RETRY_AFTER_S = 5
QUOTING = 8
"""Threads for answers beside those of questions that have, or wait for, the model."""

SILENT: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,  # they would carry exception messages, which may quote a document
    "operation_spans": False,
    "auto_configure": False,
}
UNWRITABLE = "Some of what was sent is no text (half a surrogate pair). Send it as UTF-8."


def create_app(
    kb: KnowledgeBase,
    *,
    images: PageImages | None = None,
    uploads: Uploads | None = None,
    pace: Pace | None = None,
) -> FastAPI:
    """The application around an open knowledge base, which the caller closes."""
    settings = kb.settings
    drawn = settings.data_dir / SCRATCH
    pictured = images or PageImages(writable=drawn, memory_mb=settings.parse_memory_mb)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await to_thread.run_sync(pictured.close)

    app = FastAPI(
        title="Knowledge base",
        summary="Verbatim quotes from a firm's own documents, and answers that cite them.",
        version="1",
        docs_url=None,  # these pages load scripts from a CDN
        redoc_url=None,
        lifespan=lifespan,
        telemetry=SILENT,
        responses=errors(422),
        middleware=[
            Middleware(Door),
            Middleware(LoopbackOnly),
            Middleware(BodyLimit, uploads="/v1/documents"),
            Middleware(BodyPace, pace=pace or Pace()),
        ],
    )
    app.state.kb = kb
    app.state.images = pictured
    app.state.uploads = uploads or Uploads()
    app.state.answerers = CapacityLimiter(kb.settings.chat_queue + 1 + QUOTING)
    app.state.reindexer = CapacityLimiter(1)
    for room in (ask, search, authorities, documents, jobs, pictures, matters, ops, pages):
        app.include_router(room.router)
    app.mount("/static", pages.static_files())
    _map_errors(app)
    return app


def _map_errors(app: FastAPI) -> None:
    @app.exception_handler(kb_errors.KBError)
    async def refused(_: Request, error: kb_errors.KBError) -> Response:
        status = status_of(error)
        wait = error.retry_after if isinstance(error, kb_errors.Busy) else RETRY_AFTER_S
        headers = {"retry-after": str(wait)} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
        return refusal(status, error.code, error.message, headers)

    @app.exception_handler(UnicodeEncodeError)
    async def unwritable(_: Request, __: UnicodeEncodeError) -> Response:
        return refusal(422, "bad-request", UNWRITABLE)

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError) -> Response:
        return refusal(422, "bad-request", validation_sentence(error))

    @app.exception_handler(HTTPException)
    async def plain(_: Request, error: HTTPException) -> Response:
        named = {404: "not-found", 405: "wrong-method", 408: "too-slow", 413: "too-large"}
        code = named.get(error.status_code, "bad-request")
        problem = "There is nothing at this address." if code == "not-found" else error.detail
        headers = dict(error.headers) if error.headers else None
        return refusal(error.status_code, code, f"{problem.rstrip('.')}.", headers)


def status_of(error: kb_errors.KBError) -> int:
    for kind in type(error).__mro__:
        if kind in STATUSES:
            return STATUSES[kind]
    return BY_CODE.get(error.code, 500)


def validation_sentence(error: RequestValidationError) -> str:
    """Which field, and what is wrong with it; never what was sent."""
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"][1:]) or "body"
    if first["type"] == "string_pattern_mismatch":
        return f"The field “{field}” is empty. Write something into it."
    said = str(first["msg"])
    return f"The field “{field}” is not right: {said[:1].lower()}{said[1:]}."
