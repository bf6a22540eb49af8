"""Patterns of one's own, from the settings: what matches them is kept out too.

They are regular expressions of the package `regex` (those of `re`, and more), since it can be stopped: a pattern that
takes too long on a value hides the whole value, so neither a work nor a secret hangs on it.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Sequence
from typing import Any

from graphprov.capture.redaction.text import REDACTED

_SECONDS, _LATER_SECONDS, _BUDGET_SECONDS = 0.25, 0.01, 2.0
"""How long one pattern may look at one value; and, once so much was spent in vain in this process, from then on."""

_spent = 0.0


@functools.lru_cache(maxsize=64)
def _compiled(patterns: tuple[str, ...]) -> tuple[Any, ...]:
    import regex

    return tuple(regex.compile(pattern) for pattern in patterns)


def hide(text: str, patterns: Sequence[str]) -> str:
    r"""The text without what matches one of the patterns.

    >>> hide("project ACME-0017", [r"ACME-\d+"])
    'project [redacted]'
    """
    global _spent
    for compiled in _compiled(tuple(patterns)):
        began = time.monotonic()
        try:
            limit = _SECONDS if _spent < _BUDGET_SECONDS else _LATER_SECONDS
            text = compiled.sub(lambda found: REDACTED if found[0] else "", text, timeout=limit)
        except TimeoutError:
            _spent += time.monotonic() - began
            return REDACTED
    return text
