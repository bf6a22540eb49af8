"""What lies elsewhere: recorded by its address and version, its content not seen.

A version is known by a label that a person gave; else by what its keeper calls it (the version of an object, a
snapshot, an ETag), together with the address; else it is an unknown version of its own, which equals no other.
Addresses are kept without users, passwords and signatures.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from graphprov.capture.redaction import REDACTED, without_credentials
from graphprov.errors import InvalidInput

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_DEFAULT_PORTS = {"http": ":80", "https": ":443", "ftp": ":21"}
_SCHEMES = {"s3a": "s3", "s3n": "s3"}
_USER = re.compile(r"^([^:/?#]+://)[^/?#]*@")
_SIGNING = re.compile(r"x-(?:amz|goog)-.*|awsaccesskeyid|googleaccessid|signature|expires", re.IGNORECASE)
_SHARED_ACCESS = re.compile(r"sig|s[a-z]|spr|srt|sk[a-z]+", re.IGNORECASE)  # of Azure, where one of them is `sig`


@dataclass(frozen=True)
class Remote:
    """A version of something that lies elsewhere; made by `graphprov.url`, `s3` and `sql`, given to `run.used(...)`.

    Attributes:
        address: Where it lies, without credentials.
        name: What it is called where no other name is given. None: as its address ends; empty: a name must be given.
        version: A label that a person gave this version.
        identity: What tells this version from others, such as `{"etag": '"5f3a"'}`; empty where nothing does.
        facts: What else is known of it.
        unknown: Why its version is not known, where nothing tells it.
        size_bytes: Its size, where its keeper says so.
    """

    address: str
    name: str | None = None
    version: str | None = None
    identity: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    unknown: str = "nobody was asked for it"
    size_bytes: int | None = None

    def label(self) -> str | None:
        """The version in an identifier, the same on every machine that knows it by the same; None where unknown."""
        if self.version is not None or not self.identity:
            return self.version
        where = "" if "file_digest" in self.identity else _unsigned(self.address)
        told = json.dumps([where, sorted(self.identity.items())], ensure_ascii=False)
        return f"remote-{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def url(address: str, *, version: str | None = None, fetch: bool = False, timeout: float = 5.0) -> Remote:
    """What lies at an address, of whatever scheme; its content is not fetched.

    Args:
        address: Such as `https://data.example/users.parquet` or `ftp://...`; credentials in it are not kept.
        version: A label for its present version: a snapshot, a date, a release.
        fetch: Ask for the version that is there now: of http and https the headers (ETag, Last-Modified), of other
            schemes what a plug-in can ask (`graphprov guide content`). No answer is a warning.
        timeout: For so many seconds at a time, with `fetch`.

    Raises:
        InvalidInput: It is no address.

    >>> url("https://ada:pa55@Data.Example:443/users.csv?page=2", version="2026-03").address
    'https://data.example/users.csv?page=2'
    """
    if not isinstance(address, str) or not _ADDRESS.match(address):
        raise InvalidInput(
            f"{address!r:.80} is no address", hint="expected something like https://data.example/users.csv"
        )
    clean, given = _normal(address)
    told: dict[str, Any] = dict(given)
    why = "nobody was asked for it"
    if fetch and version is None and not told:
        from graphprov.capture.fetching import Silent, ask

        try:
            told = ask(address, timeout)
            why = "its keeper says neither version, ETag nor time of change"
        except Silent as silence:
            why = without_credentials(str(silence))
    return _told(Remote(clean, version=version, unknown=why), told)


def s3(address: str, *, version_id: str | None = None, version: str | None = None, fetch: bool = False) -> Remote:
    """An object of a store: `s3://bucket/key`, `gs://bucket/key`, `az://container/blob`, ...

    Args:
        address: Where it is; `?versionId=` in it, or the generation after `#` of Google's, counts as `version_id`.
        version_id: The version, as the store calls it.
        version: A label for it instead.
        fetch: As for `url`: a plug-in for the scheme asks.

    Raises:
        InvalidInput: It is no address of an object.
    """
    found = url(address, version=version, fetch=fetch and version_id is None)
    if not urlsplit(found.address).path.strip("/"):
        raise InvalidInput(f"{found.address} names no object: expected something like s3://bucket/key")
    return found if version_id is None else _told(found, {"version_id": str(version_id)})


def _told(remote: Remote, told: Mapping[str, Any]) -> Remote:
    """With what the keeper says of the version: the first of these that it says tells it from others."""
    identity: dict[str, Any] = {}
    for key in ("version_id", "snapshot", "etag", "last_modified"):
        if told.get(key):
            identity = {key: str(told[key])}
            if key == "last_modified":
                identity["size_bytes"] = told.get("size_bytes")
            break
    # A weak ETag, or a time in whole seconds, may be that of two contents (RFC 9110, 8.8).
    weak = identity and (told.get("weak") or identity.get("etag", "").startswith("W/") or "last_modified" in identity)
    facts = {key: value for key, value in told.items() if key not in ("weak", "size_bytes") and value is not None}
    return Remote(
        remote.address, remote.name, remote.version, identity,
        {**facts, "version_is_weak": True} if weak else facts, remote.unknown, told.get("size_bytes"),
    )  # fmt: skip


def local_file(address: str) -> Path | None:
    """The file that a `file://` address means: it can be read; None for another address."""
    try:
        parts = urlsplit(address)
    except ValueError:  # no address at all, which is said where it is recorded
        return None
    return Path(unquote(parts.path)) if parts.scheme.lower() == "file" and parts.netloc in ("", "localhost") else None


def _normal(address: str) -> tuple[str, dict[str, str]]:
    """An address without credentials, in one spelling, and what it says of the version itself."""
    try:
        parts = urlsplit(_USER.sub(r"\1", without_credentials(address)))  # whose brackets would say IPv6
    except ValueError as error:
        raise InvalidInput(f"this is no address: {error}", hint="expected something like s3://bucket/key") from None
    scheme = parts.scheme.lower()
    scheme = _SCHEMES.get(scheme, scheme)
    host = parts.netloc.rpartition("@")[2]
    if scheme in _DEFAULT_PORTS:
        host = host.lower().removesuffix(_DEFAULT_PORTS[scheme])
    given: dict[str, str] = {}
    pairs = [pair for pair in parts.query.split("&") if pair]
    for pair in pairs:
        key, _, value = pair.partition("=")
        if key.lower() == "versionid" and value:
            given["version_id"] = unquote(value)
    fragment = "" if scheme in _DEFAULT_PORTS else parts.fragment
    if scheme == "gs" and fragment.isdigit():
        given, fragment = {"version_id": fragment}, ""
    query = "&".join(pair for pair in pairs if pair.partition("=")[0].lower() != "versionid")
    return urlunsplit((scheme, host, parts.path, query, fragment)), given


def _unsigned(address: str) -> str:
    """An address without what a signature adds, which is another each time that one is made."""
    parts = urlsplit(address)
    keys = {key.lower() for key, _ in parse_qsl(parts.query, keep_blank_values=True)}
    kept = [
        pair
        for pair in parts.query.split("&")
        if not pair.endswith(f"={REDACTED}")
        and not _SIGNING.fullmatch(pair.partition("=")[0])
        and not ("sig" in keys and _SHARED_ACCESS.fullmatch(pair.partition("=")[0]))
    ]
    return urlunsplit(parts._replace(query="&".join(kept)))
