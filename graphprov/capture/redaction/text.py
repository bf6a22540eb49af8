"""Secrets in a text: in addresses and connection strings, behind names, and by their form."""

from __future__ import annotations

import re
from functools import partial

from graphprov.capture.redaction.forms import COMPILED, Form
from graphprov.capture.redaction.names import BARE, HINTS, NAME_CHARACTERS, SIGNED, is_secret_name

REDACTED = "[redacted]"
_PASSES = 100
"""A token that stands right before another one is known as one when that is gone."""

_USER = re.compile(
    r"\b(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{0,30})://(?P<user>[^/\s?#'\"@]+)@(?=[^\s@/]*(?:[/?#,;\s'\")&|]|$))"
)
_PASSWORD = re.compile(
    # A password may hold what an address should not: up to the `@` that a host follows; a port is none.
    r"\b(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{0,30}://)(?P<user>[^\s:/@'\"\[]*):(?!\d{1,5}(?:[/?#\s,]|$))"
    r"[^\s'\"]{0,500}?@(?=[\w.%\[\]:-]{1,300}(?:[/?#,;\s'\")&|\\]|$))"
)
_ORACLE = re.compile(r"\b(jdbc:oracle:\w+:)[^\s/@]+/[^\s@]+@", re.IGNORECASE)
_CONTAINERS = frozenset({"abfs", "abfss", "wasb", "wasbs", "oci"})
"""Schemes in which a container or bucket stands where others have a user."""
_LOGIN_NAMES = frozenset({"ssh", "git+ssh", "sftp", "svn+ssh"})
"""Schemes whose user is a login name, and no token."""

_VALUE = (
    r"\[redacted\]|\{[^}\n]*\}|\\?\"(?:[^\"\\\n]|\\(?!\").)*\\?\"|'[^'\n]*'"
    r"|(?:\[redacted\]|[^\s;&,'\"\\)}\]])+(?:,(?=[^\s;&,'\"]*[;&])[^\s;&,'\"]*)*"
)
_PAIR = re.compile(
    rf"(?P<name>(?<![A-Za-z0-9])[A-Za-z_][\w.-]{{0,{NAME_CHARACTERS}}}|Shared Access Key)(?P<close>\\?[\"']?\]?)"
    rf"(?P<sep>\s?(?::=|=>|==|=|%3D)\s?|:\s{{0,3}})(?P<value>(?:(?:Bearer|Basic|Token|Digest|ApiKey)\s+)?(?:{_VALUE}))"
)
_OPTION = re.compile(
    rf"(?P<option>(?<![\w-])--?(?P<name>[A-Za-z][\w.-]{{1,{NAME_CHARACTERS}}})\s+)"
    r"(?P<value>'[^'\n]*'|\"[^\"\n]*\"|[^\s'\"-][^\s'\"]*)"
)
_QUERY = re.compile(r"(?P<before>[?&;](?P<name>[\w.-]{1,100})=)(?P<value>[^&;#\s'\"]+)")
_KAGGLE = re.compile(r"(\\?\"key\\?\"\s*:\s*\\?\")[0-9a-f]{32}(?=\\?\")")
_QUOTED = re.compile(r"(\\?[\"']|\{)(.*?)(\\?[\"']|\})", re.DOTALL)
_TEMPLATE = re.compile(
    r"\$\{?\w+\}?|\{\{?[\w .]*\}?\}|%\(?\w*\)?s|<[\w -]*>|\*+|\.\.\.|None|null|true|false|True|False|env:\w+"
)
"""What stands for a value, and is none."""


def suspicious(text: str) -> bool:
    """Whether a text may hold a secret, or what stands for one: cheap, and never wrong the other way."""
    lower = text.lower()
    if any(hint in lower for hint in _ALL_HINTS) or _MAILCHIMP.search(text) or _QUICK.search(text):
        return True
    return any(len(run) == 40 and not run.islower() for run in _RUN.findall(text))  # AWS secret key


def clean(text: str) -> str:
    """A text in which no address holds a password or a signature, and no known name or form of a secret is left.

    >>> clean("https://ada:pa55@git.example/team/repo.git?token=abc&page=2")
    'https://[redacted]@git.example/team/repo.git?token=[redacted]&page=2'
    >>> clean("Server=db;UID=ada;PWD=x1;")
    'Server=db;UID=ada;PWD=[redacted];'
    """
    for _ in range(_PASSES):
        if not suspicious(text) or (cleaned := _cleaned_once(text)) == text:
            break
        text = cleaned
    return text


def _cleaned_once(text: str) -> str:
    lower = text.lower()
    if "://" in text and "@" in text:
        text = _PASSWORD.sub(rf"\g<scheme>{REDACTED}@", text)
        text = _USER.sub(_without_user, text)
    if "jdbc:" in lower:
        text = _ORACLE.sub(rf"\1{REDACTED}@", text)
    for form, pattern in COMPILED:
        if form.hints and not any(hint in lower for hint in form.hints):
            continue
        text = pattern.sub(partial(_formed, form), text)
    if "=" in text and ("?" in text or "&" in text):
        text = _QUERY.sub(_query, text)
    if any(hint in lower for hint in HINTS):
        text = _PAIR.sub(_pair, text)
        text = _OPTION.sub(_option, text)
        if "username" in lower:
            text = _KAGGLE.sub(rf"\1{REDACTED}", text)
    return text


def repository_address(text: str) -> str:
    """The address of a repository without user, password and token: where it is, not who asked.

    >>> repository_address("https://ada:pa55@git.example/team/repo.git")
    'https://git.example/team/repo.git'
    """
    return _USER.sub(r"\g<scheme>://", clean(text))


def _formed(form: Form, found: re.Match[str]) -> str:
    if form.also is not None and not form.also(found[0]):
        return found[0]
    return (found.groupdict().get("kept") or "") + REDACTED


def _without_user(found: re.Match[str]) -> str:
    scheme = found["scheme"].lower()
    if scheme in _CONTAINERS or (scheme in _LOGIN_NAMES and ":" not in found["user"]):
        return found[0]
    return f"{found['scheme']}://{REDACTED}@"


def _query(found: re.Match[str]) -> str:
    hide = SIGNED.fullmatch(found["name"]) or is_secret_name(found["name"])
    return found["before"] + REDACTED if hide else found[0]


def _pair(found: re.Match[str]) -> str:
    name, value = found["name"], found["value"]
    before = found[0][: found.start("value") - found.start()]
    if not is_secret_name(name.replace(" ", "")):
        return before + _PAIR.sub(_pair, value)  # what is assigned may hold pairs itself
    if _stands_for_one(name, value):
        return found[0]
    if found["sep"].startswith(":") and not found["close"] and not _looks_secret(name, value):
        return found[0]
    return before + _hidden(value)


def _option(found: re.Match[str]) -> str:
    hide = is_secret_name(found["name"]) and not _stands_for_one(found["name"], found["value"])
    return found["option"] + _hidden(found["value"]) if hide else found[0]


def _hidden(value: str) -> str:
    quoted = _QUOTED.fullmatch(value)
    return quoted[1] + REDACTED + quoted[3] if quoted else REDACTED


def _stands_for_one(name: str, value: str) -> bool:
    bare = value.strip("\"'\\")
    folder = name.lower() == "pwd" and bare.startswith(("/", "~", "."))  # the working folder of a shell
    return not bare or folder or _TEMPLATE.fullmatch(bare) is not None


def _looks_secret(name: str, value: str) -> bool:
    """Behind a colon in a sentence: `token: expected one of` is none."""
    if value[:1] in "\"'" and name.lower() not in BARE:
        return True
    if name.lower() == "authorization":
        return True
    return len(value) >= (8 if name.lower() in BARE else 4) and re.search(r"\d|[^\w\s.'\"-]", value) is not None


_RUN = re.compile(r"[A-Za-z0-9/+]+")
_QUICK = re.compile(
    r"[MNO][\w-]{23,25}\.[\w-]{6}\."  # Discord bot
    r"|SK[0-9a-f]{32}|gl[a-z]{2,5}-[\w.-]{16}"  # Twilio, GitLab
)
_MAILCHIMP = re.compile(r"-us(?<=[0-9a-f]{32}-us)\d")
"""Forms whose letters are too common for a hint."""
_COMMON = frozenset({".", "sk", "gl", "-us"})
_ALL_HINTS = tuple(
    dict.fromkeys(
        [REDACTED, *HINTS, "://", "jdbc:", "sig=", *(hint for form, _ in COMPILED for hint in form.hints)]
    ).keys()
    - _COMMON
)
