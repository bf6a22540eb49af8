"""Which notebook a command executes, and with which parameters: papermill, nbconvert, `jupyter execute`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

_PROGRAMS = frozenset({"papermill", "jupyter", "jupyter-nbconvert", "jupyter-execute", "jupyter-run"})
_MODULES = frozenset({"papermill", "jupyter", "nbconvert"})
_TYPED, _RAW = frozenset({"-p", "--parameters"}), frozenset({"-r", "--parameters_raw"})
_WORDS = {"True": True, "False": False}

Value = str | int | float | bool


def notebook(arguments: Sequence[str]) -> str | None:
    """The path of the notebook that the command executes, as it is given there; None: it executes none.

    >>> notebook(["papermill", "-p", "C", "1.0", "in.ipynb", "out.ipynb"]), notebook(["cat", "in.ipynb"])
    ('in.ipynb', None)
    """
    if _tool(arguments) is None:
        return None
    return next((each for each in arguments[1:] if each.endswith(".ipynb") and not each.startswith("-")), None)


def parameters(arguments: Sequence[str]) -> dict[str, Value]:
    """What papermill is told by `-p NAME VALUE`, typed as it does it, and by `-r NAME VALUE`, as text.

    >>> parameters(["papermill", "in.ipynb", "out.ipynb", "-p", "C", "1.0", "-r", "day", "07", "-p", "fast", "True"])
    {'C': 1.0, 'day': '07', 'fast': True}
    """
    found: dict[str, Value] = {}
    if _tool(arguments) != "papermill":
        return found
    for place, word in enumerate(arguments[:-2]):
        if word in _TYPED:
            found[arguments[place + 1]] = _typed(arguments[place + 2])
        elif word in _RAW:
            found[arguments[place + 1]] = arguments[place + 2]
    return found


def _tool(arguments: Sequence[str]) -> str | None:
    program = PurePath(arguments[0]).name
    if program in _PROGRAMS:
        return program
    if program.startswith("python") and arguments[1:2] == ["-m"] and len(arguments) > 2 and arguments[2] in _MODULES:
        return arguments[2]
    return None


def _typed(text: str) -> Value:
    if text in _WORDS:
        return _WORDS[text]
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text
