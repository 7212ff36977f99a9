"""From where a request may come at all.

The service listens on loopback and has no sign-in yet: the person is the local
user. A page of another site can still make a browser knock here, under our own
address (DNS rebinding) or a foreign one (cross-site requests), so Host, Origin
and Sec-Fetch-Site are checked before anything else.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Asgi

from api.schemas.base import refusal

READS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITE = frozenset({"same-origin", "none"})

Refused = tuple[int, str, str]
"""Status, code and sentence."""


def is_loopback(host: str) -> bool:
    """True for localhost and for literal loopback addresses, which no DNS can rebind."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return False


class LoopbackOnly:
    """Refuses requests for another host or from another site, before any route sees them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Asgi, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            refused = misdirected(Headers(scope=scope), scope["method"])
            if refused is not None:
                await refusal(*refused)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def misdirected(headers: Headers, method: str) -> Refused | None:
    """The reason to refuse these headers, or None.

    Reading needs our own Host. Changing something needs also the same origin:
    another service of this machine, on another port, has no business here.
    """
    hosts = headers.getlist("host")
    if len(hosts) != 1:
        return 400, "bad-request", "A request names exactly one Host."
    if not _named_here(f"//{hosts[0]}"):
        return 421, "wrong-host", "This service answers only to localhost on its own machine."
    origin = headers.get("origin")
    if origin is not None and not _named_here(origin):
        return 403, "foreign-origin", "Requests from other sites are refused."
    if method not in READS and not _same_site(origin, hosts[0], headers.get("sec-fetch-site")):
        return 403, "foreign-origin", "Only this service's own page may change something here."
    return None


def _named_here(address: str) -> bool:
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises when it is no number
    except ValueError:
        return False
    more = parts.username is not None or parts.path or parts.query or parts.fragment
    return is_loopback(parts.hostname or "") and not more and not address.endswith(("?", "#"))


def _same_site(origin: str | None, host: str, fetch_site: str | None) -> bool:
    if fetch_site is not None and fetch_site not in OWN_SITE:
        return False
    return origin is None or urlsplit(origin).netloc.lower() == host.lower()
