"""Questions: quotes first, then the model's prose, as events or as one answer."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from api.dependencies import CurrentUser, Kb
from api.schemas.answers import AnswerReply
from api.schemas.base import errors
from api.schemas.search import AskRequest
from api.streaming.answer import AnswerStream
from kb.app.ask import Inquiry, Question
from kb.app.narrowing import Selected, selected
from kb.serializers.results import answer_json
from kb.text.analyzer import language_of
from kb.text.messages import spoken

router = APIRouter(tags=["ask"])

EVENTS = (
    "Server-sent events, each with JSON data: `queued` {ahead}, `sources` {passages}, "
    "`quotes` {direct, quotes, abstained, uncertain}, `token` {text}, `judged` {sentences}, then "
    "`done` with the whole answer or `error` {code, problem}. With `Accept: application/json` or "
    "`stream: false` the whole answer alone. `Content-Language` is that of the service's own "
    "sentences."
)
EXAMPLE = (
    'event: quotes\ndata: {"quotes": []}\n\n'
    'event: token\ndata: {"text": "The lease ends in May [1]."}\n\n'
)


def asked_of(asked: AskRequest, kb: Kb, user: CurrentUser) -> Selected:
    return selected(kb, user, asked.narrowing(among=asked.among))


async def answering(
    request: Request, asked: AskRequest, kb: Kb, where: Annotated[Selected, Depends(asked_of)]
) -> AsyncIterator[AnswerStream]:
    """All that can refuse runs here, before the first byte; all is given back here too."""
    question = Question(asked.question.strip(), asked.llm, asked.limit)
    stream = AnswerStream(Inquiry(kb, question, where), request.app.state.answerers)
    try:
        yield stream
    finally:
        await stream.close()


@router.post(
    "/v1/ask",
    summary="Answer a question from the documents",
    response_model=None,
    responses={
        200: {
            "model": AnswerReply,
            "description": EVENTS,
            "content": {"text/event-stream": {"example": EXAMPLE}},
        },
        **errors(400, 404, 503),
    },
)
async def ask(
    request: Request, asked: AskRequest, stream: Annotated[AnswerStream, Depends(answering)]
) -> Response:
    headers = {"content-language": spoken(language_of(asked.question))}
    if wants_events(request, asked):
        return StreamingResponse(
            stream.frames(),
            media_type="text/event-stream",
            headers={**headers, "cache-control": "no-store", "x-accel-buffering": "no"},
        )
    answer = await stream.whole(request)
    if answer is None:
        return Response(status_code=204)  # nobody is there to read it
    return JSONResponse(answer_json(answer), headers=headers)


def wants_events(request: Request, asked: AskRequest) -> bool:
    if asked.stream is not None:
        return asked.stream
    accepted = request.headers.get("accept", "")
    return "application/json" not in accepted or "text/event-stream" in accepted
