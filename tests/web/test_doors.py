"""Who may ask the page for anything."""

import asyncio
import socket

import pytest

pytest.importorskip("starlette", reason="the extra web is not installed")

from keras_impl.web.doors import Doorkeeper, names_at


async def room(scope, receive, send):
    """Whatever is behind the door."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"in"})


def status(address, host, origin=None, more=()):
    """Status of the answer to a request for a host, perhaps from another page."""
    app = Doorkeeper(room, names_at(address, more), any_address=address in ("0.0.0.0", "::"))
    headers = [(b"host", host.encode()), *([(b"origin", origin.encode())] if origin else [])]
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(app({"type": "http", "headers": headers}, None, send))
    return sent[0]["status"]


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2", "::1", "192.168.7.7", "0.0.0.0", "::"])
def test_a_foreign_name_is_refused_at_every_address(address):
    for host in ("evil.example", "evil.example:7860", "localhost.evil.example", "", "[", "127.0.0.1.evil.example"):
        assert status(address, host) == 400


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("127.0.0.1", "localhost:7860"),
        ("127.0.0.1", "LOCALHOST"),
        ("127.0.0.2", "127.0.0.2:1"),
        ("::1", "[::1]:7860"),
        ("::1", "localhost"),
        ("192.168.7.7", "192.168.7.7:80"),
        ("192.168.7.7", socket.gethostname()),
        ("0.0.0.0", "10.1.2.3:7860"),
        ("0.0.0.0", "localhost"),
        ("::", "[2001:db8::1]:7860"),
    ],
)
def test_the_names_that_follow_from_the_address_are_let_in(address, host):
    assert status(address, host) == 200
    assert status(address, host, origin=f"http://{host}") == 200
    assert status(address, host, origin="http://evil.example") == 403


def test_addresses_of_others_are_refused_where_the_own_one_is_known():
    assert status("192.168.7.7", "192.168.7.8") == 400


def test_a_further_name_is_let_in():
    assert status("127.0.0.1", "lab.example:7860") == 400
    assert status("127.0.0.1", "lab.example:7860", more=["Lab.example"]) == 200
