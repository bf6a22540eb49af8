"""Where jars come from: Maven Central, or what the user's own Maven and jgo settings put in its place.

Read, in this order of say:

1. `mirrors` in Maven's `settings.xml` (in the user's `.m2` folder, else below `MAVEN_HOME` or `M2_HOME`), with the
   name and password that `servers` gives for the mirror, `${env.NAME}` filled in;
2. `[repositories]` in jgo's settings file: an entry called `central` replaces Maven Central, others are asked after it.

Proxies come from the environment (`HTTPS_PROXY`, `NO_PROXY`), else from `proxies` in `settings.xml`; certificates from
`SSL_CERT_FILE` or `SSL_CERT_DIR`, as `httpx` reads them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

from graphprov.errors import EngineError


@dataclass(frozen=True)
class Repository:
    """A Maven repository to ask.

    Attributes:
        name: What the user's settings call it.
        url: Its root, without a slash at the end.
        login: Name and password, where the settings hold some.
    """

    name: str
    url: str
    login: tuple[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class _Maven:
    """What matters to us in a `settings.xml`."""

    mirrors: tuple[tuple[str, str, str], ...] = ()  # (id, mirrorOf, url)
    logins: dict[str, tuple[str, str]] = field(default_factory=dict)
    proxy: str | None = None


def repositories() -> list[Repository]:
    """The repositories to ask, best first.

    Raises:
        EngineError: A settings file exists but cannot be read.
    """
    from jgo.constants import MAVEN_CENTRAL_URL

    named = {"central": MAVEN_CENTRAL_URL} | _jgo_repositories()
    maven = _read_settings_xml()
    found: list[Repository] = []
    for name, url in named.items():
        mirror = next((row for row in maven.mirrors if _mirrors(row[1], name, url)), None)
        if mirror is not None:
            name, url = mirror[0], mirror[2]
        entry = Repository(name, url.rstrip("/"), maven.logins.get(name))
        if entry not in found:
            found.append(entry)
    return found


def proxy() -> str | None:
    """The proxy of `settings.xml`; None where there is none, or where the environment names one (httpx reads that)."""
    if any(os.environ.get(name) for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")):
        return None
    return _read_settings_xml().proxy


def _jgo_repositories() -> dict[str, str]:
    from jgo.config import GlobalSettings

    try:
        return dict(GlobalSettings.load().repositories)
    except Exception as error:
        raise EngineError(f"jgo's settings file cannot be read: {error}", hint="correct it, or remove it") from error


def _settings_files() -> Iterator[Path]:
    yield Path.home() / ".m2" / "settings.xml"
    for variable in ("MAVEN_HOME", "M2_HOME"):
        if os.environ.get(variable):
            yield Path(os.environ[variable]) / "conf" / "settings.xml"


def _read_settings_xml() -> _Maven:
    path = next((path for path in _settings_files() if path.is_file()), None)
    if path is None:
        return _Maven()
    try:
        # The user's own file, in the user's own folder: no stranger's XML is parsed here.
        root = ElementTree.fromstring(path.read_text(encoding="utf-8"))  # noqa: S314
    except (ElementTree.ParseError, OSError, UnicodeDecodeError) as error:
        raise EngineError(f"Maven's settings file {path} cannot be read: {error}", hint="correct it") from error
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]  # the namespace is optional in practice

    def text(element: ElementTree.Element, name: str) -> str:
        value = (element.findtext(name) or "").strip()
        return re.sub(r"\$\{env\.([^}]+)\}", lambda match: os.environ.get(match[1], ""), value)

    mirrors = tuple(
        (text(mirror, "id") or "mirror", text(mirror, "mirrorOf"), text(mirror, "url"))
        for mirror in root.findall("mirrors/mirror")
        if text(mirror, "url") and text(mirror, "blocked") != "true"
    )
    logins = {
        text(server, "id"): (text(server, "username"), text(server, "password"))
        for server in root.findall("servers/server")
        # A password in braces is encrypted with Maven's own master password, which is not ours to read.
        if text(server, "username") and not text(server, "password").startswith("{")
    }
    proxies = [row for row in root.findall("proxies/proxy") if text(row, "active") != "false" and text(row, "host")]
    return _Maven(mirrors, logins, _proxy_url(proxies[0], text) if proxies else None)


def _proxy_url(row: ElementTree.Element, text: Callable[[ElementTree.Element, str], str]) -> str:
    login = ""
    if text(row, "username"):
        login = f"{quote(text(row, 'username'), safe='')}:{quote(text(row, 'password'), safe='')}@"
    return f"http://{login}{text(row, 'host')}:{text(row, 'port') or '8080'}"


def _mirrors(pattern: str, name: str, url: str) -> bool:
    """Whether a `mirrorOf` speaks of this repository, by Maven's rules.

    >>> _mirrors("*", "central", "https://example.org/"), _mirrors("*,!central", "central", "https://example.org/")
    (True, False)
    >>> _mirrors("external:*", "central", "http://localhost/m2"), _mirrors("a,central", "central", "https://example.org/")
    (False, True)
    """
    parts = [part.strip() for part in pattern.split(",")]
    if f"!{name}" in parts:
        return False
    host = urlsplit(url).hostname or ""
    external = host not in ("localhost", "127.0.0.1", "::1") and not url.startswith("file:")
    return name in parts or "*" in parts or ("external:*" in parts and external)
