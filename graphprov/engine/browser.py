"""Where Neo4j Browser is, who logs in, and how to get the password."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from graphprov.command import typed
from graphprov.engine.facts import Endpoint
from graphprov.engine.layout import Layout
from graphprov.errors import EngineError

if TYPE_CHECKING:
    from graphprov.settings import Settings


@dataclass(frozen=True)
class Door:
    """How a person gets into Neo4j Browser.

    Attributes:
        address: What to open; it names the database's address and the user already.
        user: Who logs in.
        password_file: The file that holds the password.
        password_command: The command that prints it.
    """

    address: str
    user: str
    password_file: Path
    password_command: str


def door(settings: Settings, endpoint: Endpoint) -> Door:
    """The way into the Browser of a running embedded server.

    Raises:
        EngineError: That server serves no Browser.
    """
    if endpoint.http is None:
        raise EngineError(f"the Neo4j at {endpoint.uri} serves no Browser that graphprov knows of")
    scheme, _, place = endpoint.uri.partition("://")
    address = f"{endpoint.http}/browser/?connectURL={scheme}://{endpoint.user}@{place}"
    return Door(address, endpoint.user, Layout.of(settings).password, f"{typed()} db password")


def wait_for_browser(endpoint: Endpoint, *, within_seconds: float = 30.0) -> None:
    """Wait until the page is served, which is a moment after the first query is answered.

    Raises:
        EngineError: It is not served in time.
    """
    import time

    import httpx

    deadline = time.monotonic() + within_seconds
    while True:
        try:
            # No proxy: the address is on this machine.
            with httpx.Client(trust_env=False, timeout=5) as client:
                client.get(f"{endpoint.http}/browser/").raise_for_status()
        except httpx.HTTPError as error:
            if time.monotonic() > deadline:
                raise EngineError(f"Neo4j Browser is not served at {endpoint.http}: {error}") from error
            time.sleep(0.1)
        else:
            return


def has_desktop() -> bool:
    """Whether opening a page would show it to somebody."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_page(address: str) -> bool:
    """Open a page where there is a desktop; True if one was opened."""
    import webbrowser

    return has_desktop() and webbrowser.open(address)
