"""Keeps secrets out of what is recorded: command lines, parameters, addresses, error messages.

A first form, by the names that secrets go by and by the place of a password in an address. What looks like neither is
kept, so a secret under a harmless name is not caught.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

REDACTED = "[redacted]"

_SECRET_NAME = re.compile(
    r"(?:.*[-_.])?(?:password|passwd|passphrase|pwd|secret|client[-_]?secret|credentials?|private[-_]?key"
    r"|(?:api|access|auth|secret|account|storage)[-_]?key"
    r"|(?:api|access|auth|bearer|refresh|session|private|deploy|job|id|github|gh|gitlab|hf|huggingface|slack|vault|wandb)[-_]?token)"
    r"|token",  # alone; `pad_token` or `max_tokens` are no secrets
    re.IGNORECASE,
)
_ASSIGNMENT = re.compile(r"(-{0,2})([A-Za-z][\w.-]*)([=:])(.*)", re.DOTALL)
_OPTION = re.compile(r"--?([A-Za-z][\w.-]*)")
_USER_IN_ADDRESS = re.compile(r"\b([A-Za-z][A-Za-z0-9+.-]*://)[^/\s@?#'\"]*@")
_QUERY_SECRET = re.compile(r"([?&;]([\w.-]+)=)([^&;#\s'\"]+)")
_SIGNED_NAME = re.compile(
    r"sig|signature|x-amz-(?:signature|credential|security-token)|x-goog-signature", re.IGNORECASE
)
_WELL_KNOWN = re.compile(
    r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|hf_[A-Za-z0-9]{20,}|sk-[\w-]{20,}"
    r"|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16})\b|\b(Bearer|Basic) +[\w.~+/=-]{8,}"
)


def is_secret_name(name: str) -> bool:
    """Whether something of that name is likely to be a secret.

    >>> [is_secret_name(name) for name in ("password", "db_password", "API-KEY", "max_tokens", "pad_token")]
    [True, True, True, False, False]
    """
    return _SECRET_NAME.fullmatch(name) is not None


def without_credentials(text: str) -> str:
    """A text in which no address holds a user, a password or a signature, and no well-known form of token is left.

    >>> without_credentials("https://ada:pa55@git.example/team/repo.git?token=abc&page=2")
    'https://git.example/team/repo.git?token=[redacted]&page=2'
    """
    text = _USER_IN_ADDRESS.sub(r"\1", text)
    text = _QUERY_SECRET.sub(
        lambda found: found[1] + REDACTED if is_secret_name(found[2]) or _SIGNED_NAME.fullmatch(found[2]) else found[0],
        text,
    )
    return _WELL_KNOWN.sub(lambda found: f"{found[1]} {REDACTED}" if found[1] else REDACTED, text)


def command_line(arguments: Sequence[str]) -> str:
    """A command line as one would type it, without the secrets in it.

    >>> command_line(["train.py", "--password", "pa55", "--C=1.0", "token=abc", "https://ada:x@db.example/t"])
    "train.py --password '[redacted]' --C=1.0 'token=[redacted]' https://db.example/t"
    """
    shown, hide_next = [], False
    for argument in arguments:
        if hide_next and not argument.startswith("--"):
            shown.append(REDACTED)
            hide_next = False
            continue
        option = _OPTION.fullmatch(argument)
        hide_next = option is not None and is_secret_name(option[1])
        assigned = _ASSIGNMENT.fullmatch(argument)
        if assigned is not None and is_secret_name(assigned[2]):
            shown.append("".join(assigned.group(1, 2, 3)) + REDACTED)
        else:
            shown.append(without_credentials(argument))
    return shlex.join(shown)


def without_secrets(values: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters or metadata with the values of what is named like a secret replaced, at any depth.

    >>> without_secrets({"C": 1.0, "db": {"user": "ada", "password": "pa55"}})
    {'C': 1.0, 'db': {'user': 'ada', 'password': '[redacted]'}}
    """
    return {key: _clean(key, value) for key, value in values.items()}


def _clean(key: object, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {inner: _clean(inner, item) for inner, item in value.items()}
    if isinstance(value, str):
        return REDACTED if isinstance(key, str) and value and is_secret_name(key) else without_credentials(value)
    if isinstance(value, list | tuple):
        return [_clean(key, item) for item in value]
    return value
