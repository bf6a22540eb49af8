"""Commands as people type them, in the process of the test: quicker than starting one for each."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from graphprov.cli import app as command

Type = Callable[..., tuple[str, str]]


def typist(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Type:
    """Types a command; what it printed, and said beside. `code` is how it has to end."""

    def typed(*arguments: str, code: int = 0) -> tuple[str, str]:
        monkeypatch.setattr(sys, "argv", ["graphprov", *arguments])
        with pytest.raises(SystemExit) as ended:
            command.main()
        out, err = capsys.readouterr()
        assert (ended.value.code or 0) == code, out + err
        return out, err

    return typed
