"""Where the page listens."""

import socket

import pytest

from keras_impl.errors import DataError
from keras_impl.serve import _listen


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_a_taken_port_that_was_asked_for_is_an_error(taken):
    with pytest.raises(DataError, match=f"port {taken} is taken by another program: name another --port, or none"):
        _listen("127.0.0.1", taken)


def test_without_one_asked_for_a_free_one_is_taken(taken, monkeypatch, capsys):
    monkeypatch.setattr("keras_impl.serve.PORT", taken)
    with _listen("127.0.0.1", None) as listening:
        assert listening.getsockname()[1] not in (taken, 0)
    assert f"Port {taken} is taken by another program" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["nowhere.invalid", "203.0.113.7"])
def test_an_address_that_is_not_this_machines_is_named(host):
    with pytest.raises(DataError, match=f"{host} can't be listened at"):
        _listen(host, 0)
