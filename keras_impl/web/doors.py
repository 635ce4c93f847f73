"""Who may come in: requests for a name that this machine doesn't go by, or from another site's page, are refused.

A site that a user has open elsewhere can let its own name point at this machine, and would then be asked for by
that name; it can't do so with an address that is written in digits.
"""

import ipaddress
import socket
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def names_at(address: str, more: Collection[str] = ()) -> frozenset[str]:
    """The names that a page may be asked for by that listens at an address.

    Parameters
    ----------
    address : str
        An IP address; 0.0.0.0 or :: is all of this machine's.
    more : collection of str
        Further names that its owner knows it by.
    """
    names = {address, *(name.lower() for name in more)}
    ip = ipaddress.ip_address(address)
    if ip.is_loopback or ip.is_unspecified:
        names |= LOOPBACK_NAMES
    if not ip.is_loopback:
        own = socket.gethostname().lower()
        names |= {own, f"{own}.local", socket.getfqdn().lower()}
    return frozenset(names)


class Doorkeeper:
    """Middleware that lets in what asks for one of the names, or, on a network, for an address in digits.

    Parameters
    ----------
    app : ASGI application
    names : collection of str
    any_address : bool
        Whether addresses in digits are all let in: who listens at all of a machine's doesn't know them.
    """

    def __init__(self, app: ASGIApp, names: Collection[str], any_address: bool = False) -> None:
        self._app, self._names, self._any_address = app, names, any_address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request with 400 or 403, or hand it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        asked, origin = headers.get("host", ""), headers.get("origin")
        if not self._knows(asked):
            await PlainTextResponse("Unknown host; serve --allow-host adds one.", 400)(scope, receive, send)
        elif origin is not None and urlsplit(origin).netloc.lower() != asked.lower():
            await PlainTextResponse("Another site's page may not ask.", 403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _knows(self, asked: str) -> bool:
        try:
            name = (urlsplit(f"//{asked}").hostname or "").rstrip(".")
        except ValueError:
            return False
        if name in self._names:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return self._any_address
