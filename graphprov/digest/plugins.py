"""Plug-ins: what other distributions add to graphprov by entry points, found and loaded when one is needed.

| group | name | value |
| --- | --- | --- |
| `graphprov.digests` | a type, as `module.Class` | a rule for its digest, as `digest.objects.register` takes it |
| `graphprov.remotes` | the scheme of an address, such as `s3` | asks there for the version (`capture.fetching`) |

A plug-in that cannot be used is said so once, naming its distribution, and never answered for by something else: an
object would have one digest where the plug-in works and another where it does not.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from graphprov.errors import InvalidInput

DIGESTS = "graphprov.digests"
REMOTES = "graphprov.remotes"


class PluginWarning(UserWarning):
    """A plug-in cannot be used."""


class PluginBroken(InvalidInput):
    """What was to be done needs a plug-in that cannot be used."""


@lru_cache
def registered(group: str) -> dict[str, tuple[EntryPoint, ...]]:
    """The entry points of a group by their names; none of them is loaded. One that is listed twice is one."""
    found: dict[str, dict[tuple[str, str], EntryPoint]] = {}
    for point in entry_points(group=group):
        found.setdefault(point.name, {}).setdefault((distribution(point), point.value), point)
    return {name: tuple(points.values()) for name, points in found.items()}


def distribution(point: EntryPoint) -> str:
    """The distribution that an entry point comes from, as `name version`."""
    return f"{point.dist.name} {point.dist.version}" if point.dist is not None else "an unknown distribution"


@lru_cache
def loaded(group: str, name: str) -> Callable[..., Any] | None:
    """What the plug-in of this name is; None where there is none.

    Raises:
        PluginBroken: It cannot be loaded, is nothing that can be called, or several distributions have one.
    """
    points = registered(group).get(name, ())
    if not points:
        return None
    if len(points) > 1:
        several = " and ".join(sorted(map(distribution, points)))
        raise broken(group, name, several, "several distributions have one, and they may not agree")
    try:
        value = points[0].load()
    except Exception as error:  # foreign code may fail in any way it likes
        raise broken(group, name, distribution(points[0]), f"{type(error).__name__}: {error}") from error
    if not callable(value):
        raise broken(group, name, distribution(points[0]), f"{points[0].value} is a {type(value).__name__}")
    return value  # type: ignore[no-any-return]


_warned: set[tuple[str, str]] = set()


def broken(group: str, name: str, whose: str, why: str) -> PluginBroken:
    """The error of a plug-in that cannot be used; the first time it is also a warning."""
    message = f"the {group} plug-in for {name}, of {whose}, cannot be used: {why}"
    if (group, name) not in _warned:
        _warned.add((group, name))
        with contextlib.suppress(PluginWarning):  # where warnings are errors, the error that follows says the same
            warnings.warn(f"graphprov: {message}", PluginWarning, stacklevel=2)
    return PluginBroken(message, hint="repair or remove that distribution; graphprov puts nothing in its place")
