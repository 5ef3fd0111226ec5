"""Runs first in every kernel that `tools.notebooks` starts: Python may open no connection beyond this machine."""

import sys

LOCAL = ("127.0.0.1", "::1", "localhost", "")


def _refuse(event: str, args: tuple) -> None:
    if event == "socket.getaddrinfo":
        host = args[0]
    elif event in ("socket.connect", "socket.sendto"):
        host = args[1][0] if isinstance(args[1], tuple) else ""  # a path is a local socket
    else:
        return
    if (host.decode() if isinstance(host, bytes) else host or "") not in LOCAL:
        raise ConnectionRefusedError(f"a notebook must work without a network, but it asked for {host}")


sys.addaudithook(_refuse)
