"""No test reaches the network: what looks for an address outside fails here, not on the day the network is away."""

import socket

import pytest
from playwright.sync_api import Error
from pytest_socket import SocketConnectBlockedError


def test_python_connects_to_this_machine_only():
    with socket.create_server(("127.0.0.2", 0)) as server, pytest.raises(SocketConnectBlockedError):
        socket.create_connection(server.getsockname())


@pytest.mark.browser
def test_the_browser_finds_no_other_host(open_as):
    with pytest.raises(Error, match="NAME_NOT_RESOLVED"):
        open_as(None).goto("http://example.org/")
