"""Digests of Python objects by value: the same in another process, whatever the hash seed and the addresses.

Each type has a rule that says which parts make up its value; an object's digest is the SHA-256 of its rule's name and
its parts, each after its length. A part that is an object again stands there by its own digest.

| type | parts |
| --- | --- |
| None, bool, int, float, complex, str, bytes, dates, times, durations, decimals, paths, ranges | their value |
| list, tuple | the items, in order |
| dict, OrderedDict | the pairs, whatever their order; so a state dict of torch is its names and tensors |
| set, frozenset | the items, whatever their order |
| class, function | where it is defined: module and name, not its code |
| numpy array | type (little-endian), shape, data in C order; with fields, field by field: padding does not count |
| pandas Series, DataFrame, Index | name or column labels, index, values; text is text, stored as `str` or `object` |
| pandas categories | categories, whether they are ordered, codes |
| Arrow and polars tables and columns, scipy's sparse arrays, torch, boosted trees | see `tables`, `arrays`, `models` |
| scikit-learn estimator | class, parameters and fitted state, without the version of scikit-learn |
| anything else that can be pickled | what pickle would rebuild it from (`__reduce_ex__`), each part by its own rule |

NaN equals NaN, and 0.0 differs from -0.0. A function made inside another and a lambda have no name to find them by, so
an object that holds one is refused. A type of your own gets a rule with `register`, or from a plug-in: an entry point
in the group `graphprov.digests` with the type's name. What `register` was told comes first, then graphprov's own rules,
then plug-ins, each for the type itself before its bases. The page `graphprov guide content` has the rules in full.
"""

from __future__ import annotations

import copyreg
import datetime
import decimal
import hashlib
import math
import pathlib
import struct
import types
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

from graphprov.digest import plugins
from graphprov.digest.content import OBJECT, ContentDigest
from graphprov.errors import InvalidInput

Part = bytes | memoryview
Rule = Callable[[Any, "Walk"], Iterable[Part]]

_RULES: dict[str, tuple[str, Rule]] = {}
_REDUCE_PROTOCOL = 4


def register(type_name: str, rule: Rule, *, name: str | None = None) -> None:
    """Give a type, and its subclasses, a rule of its own.

    Args:
        type_name: Module and name, such as `"numpy.ndarray"`, so that the library need not be imported for it.
        rule: Called with the object and the walk; yields the parts. `walk.of(part)` is the digest of a part.
        name: What enters the digest for the rule. Default: the type's name.
    """
    _RULES[type_name] = (name or type_name, rule)
    _rule_of.cache.clear()


def digest_object(value: Any) -> ContentDigest:
    """The digest of an object's value.

    Raises:
        InvalidInput: Some part of it can neither be taken apart by a rule nor be pickled, or it is nested too deeply.

    >>> digest_object({"a": 1, "b": {2, 3}}) == digest_object({"b": {3, 2}, "a": 1})
    True
    """
    try:
        digest = Walk().of(value)
    except RecursionError:
        raise InvalidInput(
            f"this {type(value).__name__} is nested too deeply for a digest",
            hint="write it to a file, and give its path",
        ) from None
    # No size: how many bytes a value takes depends on how a library stores it, not on what it is.
    return ContentDigest(OBJECT, digest.hex(), None)


def combine(name: str, parts: Iterable[Part]) -> bytes:
    """The SHA-256 of a rule's name and its parts, each after its length."""
    digest = hashlib.sha256()
    for part in (name.encode(), *parts):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


class Walk:
    """One walk through an object and all its parts; shared parts cost once, and cycles end."""

    def __init__(self) -> None:
        self._done: dict[int, tuple[Any, bytes]] = {}
        self._open: dict[int, int] = {}
        self._lowest = math.inf

    def of(self, value: Any) -> bytes:
        """The digest of one value."""
        kind = type(value)
        if (leaf := _LEAVES.get(kind)) is not None:
            part = leaf(value)  # as `combine` would, but in one piece: there may be millions
            return hashlib.sha256(_LEAF_NAMES[kind] + len(part).to_bytes(8, "big") + part).digest()
        key = id(value)
        if key in self._done:
            return self._done[key][1]
        depth = len(self._open)
        if key in self._open:
            # A cycle: the part is named by how many steps outwards it lies.
            self._lowest = min(self._lowest, self._open[key])
            return combine("cycle", (str(depth - self._open[key]).encode(),))
        self._open[key] = depth
        outer, self._lowest = self._lowest, math.inf
        name, rule = _rule_of(kind)
        digest = combine(name, rule(value, self))
        del self._open[key]
        if self._lowest >= depth:
            # Only what does not refer to something around it has the same digest wherever it is met. The value is kept
            # with it: else its address could be given to another object during the walk.
            self._done[key] = (value, digest)
        self._lowest = min(outer, self._lowest if self._lowest < depth else math.inf)
        return digest


class _RuleOf:
    """The rule for a type: its own, or that of the nearest base that has one, or pickle's parts."""

    def __init__(self) -> None:
        self.cache: dict[type, tuple[str, Rule]] = {}

    def __call__(self, kind: type) -> tuple[str, Rule]:
        if kind not in self.cache:
            self.cache[kind] = self._find(kind)
        return self.cache[kind]

    @staticmethod
    def _find(kind: type) -> tuple[str, Rule]:
        if kind in _BUILT_IN:
            return _NAMES.get(kind, kind.__name__), _BUILT_IN[kind]
        if issubclass(kind, type):
            return "global", _by_name
        if issubclass(kind, pathlib.PurePath):
            return "path", lambda value, _: (value.as_posix().encode("utf-8", "surrogateescape"),)
        for base in kind.__mro__[:-1]:
            name = f"{base.__module__}.{base.__qualname__}"
            if (found := _RULES.get(name)) is not None:
                return found
            if (rule := plugins.loaded(plugins.DIGESTS, name)) is not None:
                return name, _guarded(name, rule)
        return "object", _by_reduction


_rule_of = _RuleOf()


def _guarded(name: str, rule: Rule) -> Rule:
    """A plug-in's rule whose failure names the distribution it is from."""

    def guarded(value: Any, walk: Walk) -> Iterable[Part]:
        try:
            parts = list(rule(value, walk))
            if wrong := [part for part in parts if not isinstance(part, bytes | memoryview)]:
                raise TypeError(f"its rule gave a {type(wrong[0]).__name__}, not bytes")
        except (InvalidInput, RecursionError):
            raise
        except Exception as error:  # foreign code may fail in any way it likes
            (point, *_) = plugins.registered(plugins.DIGESTS)[name]
            why = f"{type(error).__name__}: {error}"
            raise plugins.broken(plugins.DIGESTS, name, plugins.distribution(point), why) from error
        return parts

    return guarded


def refuse(what: str, hint: str) -> Rule:
    """A rule for a type whose objects are no value yet, such as a query that was not run."""

    def rule(_: Any, __: Walk) -> Iterable[Part]:
        raise InvalidInput(f"{what} has no digest", hint=hint)

    return rule


def _float(value: float) -> bytes:
    return b"nan" if math.isnan(value) else struct.pack("<d", value)


def _text(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")


_LEAVES: dict[type, Callable[[Any], bytes]] = {
    type(None): lambda _: b"",
    type(...): lambda _: b"",
    type(NotImplemented): lambda _: b"",
    bool: lambda value: b"1" if value else b"0",
    int: lambda value: value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True),
    float: _float,
    complex: lambda value: _float(value.real) + b" " + _float(value.imag),
    str: _text,
    bytes: lambda value: value,
    bytearray: bytes,
    memoryview: lambda value: value.tobytes(),
    range: lambda value: repr(value).encode(),
    decimal.Decimal: lambda value: str(value).encode(),
    datetime.datetime: lambda value: value.isoformat().encode(),
    datetime.date: lambda value: value.isoformat().encode(),
    datetime.time: lambda value: value.isoformat().encode(),
    datetime.timedelta: lambda value: f"{value.days} {value.seconds} {value.microseconds}".encode(),
}

_LEAF_NAMES = {kind: len(kind.__name__).to_bytes(8, "big") + kind.__name__.encode() for kind in _LEAVES}


def _by_name(value: Any, _: Walk) -> Iterable[Part]:
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", "")
    if not name or "<" in name:
        raise InvalidInput(
            f"an object that holds {name or repr(value)} has no digest: it has no name that another process could find",
            hint="write the object to a file, and give its path",
        )
    return _text(module or "builtins"), _text(name)


def _bound(value: Any, walk: Walk) -> Iterable[Part]:
    owner = value.__self__
    if owner is None or isinstance(owner, types.ModuleType):
        return _text(getattr(owner, "__name__", None) or value.__module__ or ""), _text(value.__qualname__)
    return walk.of(owner), _text(value.__name__)


def _mapping(value: dict[Any, Any], walk: Walk) -> Iterable[Part]:
    return sorted(walk.of(key) + walk.of(item) for key, item in value.items())


def _by_reduction(value: Any, walk: Walk) -> Iterable[Part]:
    """What pickle would rebuild the object from, part by part: unlike pickle's bytes it does not hang on identity."""
    try:
        reduce = copyreg.dispatch_table.get(type(value))
        reduced = reduce(value) if reduce is not None else value.__reduce_ex__(_REDUCE_PROTOCOL)
    except Exception as error:  # a foreign type may refuse in any way it likes
        raise InvalidInput(
            f"an object that holds a {type(value).__module__}.{type(value).__qualname__} has no digest: {error}",
            hint="write it to a file and give its path, or give the type a rule: graphprov.digest.objects.register",
        ) from error
    if isinstance(reduced, str):
        return _text(getattr(value, "__module__", None) or type(value).__module__), _text(reduced)
    function, arguments, state, items, pairs = (*reduced, None, None, None)[:5]
    parts = [walk.of(function), walk.of(tuple(arguments)), walk.of(state)]
    if items is not None:
        parts += [b"items", *(walk.of(item) for item in items)]
    if pairs is not None:
        parts += [b"pairs", *sorted(walk.of(key) + walk.of(item) for key, item in pairs)]
    return parts


_NAMES: dict[type, str] = {OrderedDict: "dict"}
_BUILT_IN: dict[type, Rule] = {
    list: lambda value, walk: [walk.of(item) for item in value],
    tuple: lambda value, walk: [walk.of(item) for item in value],
    dict: _mapping,
    OrderedDict: _mapping,
    set: lambda value, walk: sorted(walk.of(item) for item in value),
    frozenset: lambda value, walk: sorted(walk.of(item) for item in value),
    types.FunctionType: _by_name,
    types.BuiltinFunctionType: _bound,
    types.MethodType: _bound,
}

# The rules for the libraries of the field register themselves here; they import nothing of them.
from graphprov.digest import arrays, models, tables  # noqa: E402, F401
