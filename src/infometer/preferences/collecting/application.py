"""The page and what it asks of the server; whoever does not know the token meets nothing."""

from __future__ import annotations

import html
import json
import re
import secrets
import uuid
from collections.abc import Callable
from dataclasses import asdict
from importlib import resources
from string import Template
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infometer.preferences.collecting.assignment import Assigner, Turn
from infometer.preferences.collecting.items import IMAGE_TYPES
from infometer.preferences.collecting.store import OUTCOMES, Answer, AnswerStore, ConflictError

__all__ = ["collecting_application"]

LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
MAX_BODY = 4096
"""Bytes of a request; an answer takes some 300."""
MAX_NAME = 100
PRIVATE = {
    b"cache-control": b"no-store",
    b"content-security-policy": (
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
}
"""Headers of every reply: the token stands in the address, which must not leave this browser."""
_LONE = re.compile("[\0\ud800-\udfff]")
"""What JSON can say and a database cannot keep: NUL, and halves of characters."""
_FILES = {"page.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}


def collecting_application(
    store: AnswerStore, token: str, *, random_state: Any = None
) -> Starlette:
    """The page under ``/TOKEN/``, for a server on loopback.

    Parameters
    ----------
    store : AnswerStore
    token : str
        Of letters, digits, ``-`` and ``_``.
    random_state : int, None, RandomState or Generator
        Which of two is shown first.

    Returns
    -------
    starlette.applications.Starlette

    Raises
    ------
    ValueError
        If the token is too short to be a secret, or has other characters.

    Examples
    --------
    >>> import secrets, tempfile
    >>> from infometer.preferences.collecting import AnswerStore, Item
    >>> folder = tempfile.TemporaryDirectory()
    >>> items = [Item(name=word, text=word) for word in ("tea", "coffee", "water")]
    >>> store = AnswerStore.open(f"sqlite:///{folder.name}/answers.db", items)
    >>> collecting_application(store, secrets.token_urlsafe(24)).routes[0].path
    '/{token}'
    >>> store.close()
    >>> folder.cleanup()
    """
    if len(token) < 16 or not token.replace("-", "").replace("_", "").isalnum():
        raise ValueError(
            f"token has {len(token)} characters; expected at least 16 letters, digits, - and _, "
            "such as secrets.token_urlsafe(24)"
        )
    pages = _Pages(Assigner(store, random_state))
    routes = [
        Route("/", pages.page),
        Route("/next", pages.next, methods=["POST"]),
        Route("/answer", pages.answer, methods=["POST"]),
        Route("/undo", pages.undo, methods=["POST"]),
        Route("/items/{item:int}/image", pages.image),
        Route("/{file}", pages.file),
    ]
    guarded = Starlette(
        routes=[Mount("/{token}", app=_TokenGate(Starlette(routes=routes), token))],
        middleware=[
            Middleware(_PrivateHeaders),
            Middleware(TrustedHostMiddleware, allowed_hosts=LOOPBACK, www_redirect=False),
        ],
    )
    guarded.router.redirect_slashes = False
    return guarded


class RefusedError(ValueError):
    """A request does not say what it should."""


class _PrivateHeaders:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_private(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [(k, v) for k, v in message["headers"] if k.lower() not in PRIVATE]
                message = {**message, "headers": [*own, *PRIVATE.items()]}
            await send(message)

        await self.app(scope, receive, send_private)


class _TokenGate:
    def __init__(self, app: ASGIApp, token: str) -> None:
        self.app, self.token = app, token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not secrets.compare_digest(scope["path_params"]["token"].encode(), self.token):
            raise HTTPException(404)
        await self.app(scope, receive, send)


class _Pages:
    """The handlers; what waits for the database runs in a thread."""

    def __init__(self, assigner: Assigner) -> None:
        self.assigner = assigner
        self.items = assigner.store.items

    async def page(self, request: Request) -> Response:
        store = self.assigner.store
        text = Template(_read("page.html")).substitute(
            question=html.escape(store.question), collection=html.escape(store.collection)
        )
        return Response(text, media_type="text/html")

    async def file(self, request: Request) -> Response:
        name = request.path_params["file"]
        if name not in _FILES:
            raise HTTPException(404)
        return Response(_read(name), media_type=_FILES[name])

    async def image(self, request: Request) -> Response:
        item = request.path_params["item"]
        path = self.items[item].image if item < len(self.items) else None
        if path is None or not path.is_file():
            raise HTTPException(404)
        return FileResponse(path, media_type=IMAGE_TYPES[path.suffix.lower()])

    async def next(self, request: Request) -> Response:
        said = await _json(request)
        return await self._turn(lambda: self.assigner.turn(_seat(said), _rater(said)))

    async def answer(self, request: Request) -> Response:
        said = await _json(request)
        return await self._turn(lambda: self.assigner.answer(_seat(said), self._answer(said)))

    async def undo(self, request: Request) -> Response:
        said = await _json(request)
        return await self._turn(
            lambda: self.assigner.undo(_seat(said), _rater(said), _uuid(said, "answer"))
        )

    async def _turn(self, act: Callable[[], Turn]) -> Response:
        """Do it in a thread, and tell what comes next or what was wrong."""
        try:
            turn = await run_in_threadpool(act)
        except ConflictError as error:
            return JSONResponse({"error": str(error)}, 409)
        except RefusedError as error:
            return JSONResponse({"error": str(error)}, 400)
        except SQLAlchemyError:
            return JSONResponse({"error": "the database does not answer"}, 503)
        return JSONResponse(
            {
                **asdict(turn),
                "pair": None if turn.pair is None else [self._shown(i) for i in turn.pair],
                "prompt": None if turn.pair is None else self.items[turn.pair[0]].prompt,
                "n_items": len(self.items),
            }
        )

    def _shown(self, i: int) -> dict[str, Any]:
        item = self.items[i]
        return {"item": i, "text": item.text, "has_image": item.image is not None}

    def _answer(self, said: dict[str, Any]) -> Answer:
        first, second = self._position(said, "first"), self._position(said, "second")
        if first == second:
            raise RefusedError(f"first and second are both {first}; expected two items")
        if self.items[first].prompt != self.items[second].prompt:
            raise RefusedError(f"the items {first} and {second} answer different prompts")
        if said.get("outcome") not in OUTCOMES:
            raise RefusedError(
                f"outcome is {said.get('outcome')!r}; expected {', '.join(OUTCOMES)}"
            )
        return Answer(_uuid(said, "id"), first, second, said["outcome"], _rater(said))

    def _position(self, said: dict[str, Any], name: str) -> int:
        item, n = said.get(name), len(self.items)
        if type(item) is not int or not 0 <= item < n:
            raise RefusedError(f"{name} is {item!r}; expected an item from 0 to {n - 1}")
        return item


def _read(name: str) -> str:
    return (resources.files(__package__) / name).read_text(encoding="utf-8")


async def _json(request: Request) -> dict[str, Any]:
    """The object that a request says, of limited size."""
    if request.headers.get("content-type") != "application/json":
        raise HTTPException(415)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY:
            raise HTTPException(413)
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise HTTPException(400) from None
    if not isinstance(said, dict):
        raise HTTPException(400)
    return said


def _uuid(said: dict[str, Any], name: str) -> str:
    try:
        return str(uuid.UUID(said.get(name)))
    except (ValueError, TypeError, AttributeError):
        raise RefusedError(f"{name} is {said.get(name)!r}; expected a UUID") from None


def _seat(said: dict[str, Any]) -> str:
    return _uuid(said, "seat")


def _rater(said: dict[str, Any]) -> str:
    rater = said.get("rater")
    if not isinstance(rater, str) or not 0 < len(rater.strip()) <= MAX_NAME or _LONE.search(rater):
        raise RefusedError(f"rater is {rater!r}; expected a name of up to {MAX_NAME} characters")
    return rater.strip()
