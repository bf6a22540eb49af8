"""Wraps functions of other people's libraries, and puts them back."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from graphprov.autolog.table import Arguments, Call

Around = Callable[[Callable[[], Arguments], Call, Callable[[], Any]], Any]
"""Is given how to get at the arguments, the declared call, and how to call the original; returns what that returns."""


@dataclass(frozen=True)
class Patch:
    """An attribute that was replaced."""

    owner: Any
    name: str
    original: Any
    replacement: Any


class Patches:
    """All that was replaced, to be put back.

    Args:
        around: What happens instead of each call.
    """

    def __init__(self, around: Around) -> None:
        self._around = around
        self._done: list[Patch] = []
        self._wrappers: dict[int, tuple[Any, Any]] = {}
        """Original and wrapper by the original's identity: aliases stay one object."""

    def apply(self, holder: Any, call: Call) -> bool:
        """Replace a function of a module, or a method where its class or a base of it defines it.

        Returns: Whether there is such a function.
        """
        *classes, name = call.name.split(".")
        for each in classes:
            holder = getattr(holder, each, None)
        if isinstance(holder, type):
            holder = next((base for base in holder.__mro__ if name in vars(base)), None)
            original = None if holder is None else vars(holder)[name]
        else:
            original = getattr(holder, name, None)
        if original is None or not callable(original):
            return False
        if any(original is wrapper for _, wrapper in self._wrappers.values()):
            return True
        _, wrapper = self._wrappers.setdefault(id(original), (original, self._wrap(original, call)))
        self._replace(holder, name, original, wrapper)
        if isinstance(holder, ModuleType):
            # Pickle finds a function by the module that defines it, and wants the very same object there.
            home = sys.modules.get(getattr(original, "__module__", None) or "")
            own_name = getattr(original, "__qualname__", name)
            if home is not None and home is not holder and vars(home).get(own_name) is original:
                self._replace(home, own_name, original, wrapper)
        return True

    def undo(self) -> None:
        """Put the very objects back; what somebody else has replaced since stays as it is."""
        for each in reversed(self._done):
            if vars(each.owner).get(each.name) is each.replacement:
                setattr(each.owner, each.name, each.original)
        self._done, self._wrappers = [], {}

    def _replace(self, owner: Any, name: str, original: Any, replacement: Any) -> None:
        try:
            setattr(owner, name, replacement)
        except (AttributeError, TypeError):  # a type that is closed
            return
        self._done.append(Patch(owner, name, original, replacement))

    def _wrap(self, original: Callable[..., Any], call: Call) -> Callable[..., Any]:
        around = self._around
        binder = Binder(original, call.parameters)

        @functools.wraps(original)
        def recorded(*args: Any, **kwargs: Any) -> Any:
            return around(lambda: binder.bind(args, kwargs), call, lambda: original(*args, **kwargs))

        return recorded


class Binder:
    """Gives the arguments of a function by name. Its signature is read at the first call.

    Args:
        parameters: All parameters in order, where Python cannot tell them.
    """

    def __init__(self, function: Callable[..., Any], parameters: tuple[str, ...] = ()) -> None:
        self._function = function
        self._parameters = parameters

    @functools.cached_property
    def _signature(self) -> inspect.Signature | None:
        if self._parameters:
            return None
        return inspect.signature(self._function)

    @functools.cached_property
    def _defaults(self) -> dict[str, Any]:
        each = self._signature.parameters.values() if self._signature is not None else ()
        return {one.name: one.default for one in each if one.default is not one.empty}

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Arguments:
        """The arguments by name, with defaults; those that are taken as `**options` count as named.

        Raises:
            TypeError: The function cannot be called so.
            ValueError: Python cannot tell the parameters.
        """
        if self._signature is None:
            return {**dict(zip(self._parameters, args, strict=False)), **kwargs}
        return {**self._defaults, **kwargs, **self._signature.bind(*args, **kwargs).arguments}
