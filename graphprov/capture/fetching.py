"""Asks the keeper of something remote for the version that is there now, without its content.

http and https are asked here; other schemes by plug-ins, entry points in the group `graphprov.remotes` named as the
scheme: a function that takes the address and `timeout=`, in seconds, and returns a mapping with some of the keys below.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphprov.digest import plugins

KEYS = ("version_id", "snapshot", "etag", "last_modified", "size_bytes", "weak")
"""What can be told: texts, but for the size (a number of bytes) and whether the version may be that of two contents."""


class Silent(Exception):
    """Nobody told the version; why."""


def ask(address: str, timeout: float) -> dict[str, Any]:
    """What the keeper says of the present version at an address, by `KEYS`.

    Raises:
        Silent: It cannot be asked, or does not say.
    """
    scheme = address.partition(":")[0].lower()
    if scheme in ("http", "https"):
        return _head(address, timeout)
    try:
        fetch = plugins.loaded(plugins.REMOTES, scheme)
    except plugins.PluginBroken as error:
        raise Silent(error.message) from error
    if fetch is None:
        raise Silent(f"no plug-in for {scheme} is installed that could ask for it")
    try:
        told = fetch(address, timeout=timeout)
        if told is None:
            return {}
        if not isinstance(told, Mapping) or (wrong := sorted(set(told) - set(KEYS))):
            raise TypeError(f"expected a mapping with some of {', '.join(KEYS)}; it gave {wrong or told!r:.80}")
        size = told.get("size_bytes")
        if size is not None and (not isinstance(size, int) or size < 0):
            raise TypeError(f"size_bytes is {size!r:.40}, no number of bytes")
    except Exception as error:  # foreign code may fail in any way it likes
        (point, *_) = plugins.registered(plugins.REMOTES)[scheme]
        raise Silent(
            f"the plug-in for {scheme}, of {plugins.distribution(point)}, failed: {type(error).__name__}: {error}"
        ) from error
    return dict(told)


def _head(address: str, timeout: float) -> dict[str, Any]:
    import httpx

    try:
        # Compressed, it would have another ETag.
        answer = httpx.head(address, follow_redirects=True, timeout=timeout, headers={"Accept-Encoding": "identity"})
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
        raise Silent(f"no answer: {type(error).__name__}{f': {error}' if str(error) else ''}") from error
    if not answer.is_success:
        raise Silent(f"the server answered {answer.status_code} {answer.reason_phrase}".rstrip())
    headers = answer.headers
    size = headers.get("content-length", "")
    told = {
        "etag": headers.get("etag"),
        "last_modified": headers.get("last-modified"),
        "size_bytes": int(size) if size.isascii() and size.isdigit() else None,
    }
    return {key: value for key, value in told.items() if value is not None}
