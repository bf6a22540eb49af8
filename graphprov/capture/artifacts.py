"""From a path, an object or a label to the version of an artifact, and the statements that say so."""

from __future__ import annotations

import mimetypes
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import unquote, urlsplit

from graphprov.capture.agents import AgentRef, as_agent, mention
from graphprov.capture.databases import sql
from graphprov.capture.naming import Called, called
from graphprov.capture.redaction import without_secrets
from graphprov.capture.remote import Remote, local_file, url
from graphprov.capture.sidecar import beside
from graphprov.capture.writer import Writer, warn
from graphprov.digest import ContentDigest, FileChanged, digest_object, digest_path
from graphprov.errors import InvalidInput
from graphprov.model.identity import artifact_id, short_id, short_version, unique_number
from graphprov.model.statements import Entity, Relation, Statement, system_text
from graphprov.model.vocabulary import KINDS, Element, RelationType

DEFAULT_KIND = "dataset"
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_MEDIA_TYPES = {
    ".parquet": "application/vnd.apache.parquet",
    ".arrow": "application/vnd.apache.arrow.file",
    ".jsonl": "application/jsonl",
    ".npy": "application/x-npy",
    ".joblib": "application/x-joblib",
    ".pkl": "application/x-pickle",
    ".pickle": "application/x-pickle",
}


@dataclass(frozen=True)
class Artifact:
    """One version of a dataset, a model or another artifact, as recorded.

    Attributes:
        id: Its identifier, an IRI that follows from kind, name and content.
        kind: Such as `dataset` or `model`.
        name: What people call it; all versions share it.
        version: Twelve digits of the content's digest, or the label that was given.
        digest: The content's digest; None where the content was not seen.
        path: Where the content was.
    """

    id: str
    kind: str
    name: str
    version: str
    digest: str | None = None
    path: Path | None = None
    _writer: Writer | None = field(default=None, repr=False, compare=False)
    _made_by: str | None = field(default=None, repr=False, compare=False)

    @property
    def short(self) -> str:
        """The short form that the command line takes, such as `dataset:ip-blacklist@3f2a...`."""
        return short_id(self.id)

    def derived_from(self, *causes: Artifact, subtype: str | None = None) -> Artifact:
        """Say that this version was made from exactly these; see `Run.derived`. Returns itself."""
        if self._writer is None:
            raise InvalidInput(f"{self.short} was not recorded here, so nothing can be said of it")
        self._writer.record(derivations(self, causes, subtype))
        return self

    def __str__(self) -> str:
        return self.short


def derivations(effect: Artifact, causes: tuple[Artifact, ...], subtype: str | None) -> list[Statement]:
    """One derivation for each cause, by the activity that made the effect.

    Raises:
        InvalidInput: There is no cause, it is no artifact, or the subtype is unknown.
    """
    if not isinstance(effect, Artifact):
        raise InvalidInput(f"a derivation begins with an artifact, not with {type(effect).__name__}")
    if not causes:
        raise InvalidInput("a derivation needs at least one artifact that was derived from")
    for cause in causes:
        if not isinstance(cause, Artifact):
            raise InvalidInput(
                f"a derivation goes from artifact to artifact, not to {type(cause).__name__}",
                hint="give what run.used(...) or gp.receive(...) returned",
            )
    made_by = effect._made_by
    return [
        Relation(
            type=RelationType.WAS_DERIVED_FROM, source=effect.id, target=cause.id, subtype=subtype, activity=made_by
        )
        for cause in causes
    ]


class SeenPath(os.PathLike[str]):
    """A path whose content somebody has looked at already, or knows to be out of reach.

    Args:
        path: Where it is, or was.
        content: Its digest.
        not_seen: Why there is none; then it is recorded as a version of its own, whose content was not seen.
    """

    def __init__(self, path: str, content: ContentDigest | None = None, *, not_seen: str | None = None) -> None:
        self.path = path
        self.content = content
        self.not_seen = not_seen

    def __fspath__(self) -> str:
        return self.path


class Otherwise(str):
    """A name for a content that this machine has not called anything yet; what it is called already wins."""


def described(
    writer: Writer,
    subject: Any,
    *,
    name: str | None,
    kind: str | None,
    version: str | None,
    recall: bool,
    made_by: str | None = None,
    strict: bool = False,
) -> tuple[Artifact, dict[str, Any]]:
    """What version a path, an object, an address or an artifact is, and the attributes of its content.

    Args:
        recall: Whether a content without a name is called as this machine knows it.
        made_by: The activity that made it, if one did.
        strict: Whether a side-car that cannot be read is an error. Default: a warning, and it counts as not there.

    Raises:
        InvalidInput: The file is missing, a name or version is needed, or the kind is none of an entity's.
    """
    check_entity_kind(kind)
    if isinstance(subject, Artifact):
        return _again(writer, subject, name, kind, version, made_by), {}
    if isinstance(subject, str) and _ADDRESS.match(subject):
        subject = local_file(subject) or _database_file(subject) or url(subject)
    if isinstance(subject, Remote):
        return _elsewhere(writer, subject, name, kind, version, made_by)
    if isinstance(subject, str | os.PathLike):
        if not os.fspath(subject):
            raise InvalidInput("the path is empty: expected a file or folder, an object, or both name= and version=")
        if version is not None and isinstance(subject, str) and not os.path.lexists(subject):
            return _labelled(writer, name or subject, kind, version, made_by), {}
        seen = subject if isinstance(subject, SeenPath) else SeenPath(os.fspath(subject))
        return _at_path(writer, seen, name, kind, version, recall, made_by, strict)
    if subject is None:
        if name is None or version is None:
            raise InvalidInput("nothing was given: expected a path, an object, or both name= and version=")
        return _labelled(writer, name, kind, version, made_by), {}
    content = None
    if recall and (name is None or isinstance(name, Otherwise)):
        content = digest_object(subject)
        if (found := writer.known.recall(str(content), kind=kind, path=None, name=name or "")) is not None:
            name, kind = found.name, found.kind
    if name is None:
        raise InvalidInput(
            f"an object of type {type(subject).__name__} needs a name", hint='give it as name="user-records"'
        )
    content = content or digest_object(subject)
    attributes = {"media_type": f"application/x-python; type={type(subject).__module__}.{type(subject).__qualname__}"}
    return _by_content(writer, content, name, kind, None, version, made_by, attributes)


def _called_there(address: str) -> str:
    parts = urlsplit(address)
    path = unquote(parts.path).rstrip("/")
    return stem(PurePath(path)) if path else parts.netloc or address


def _database_file(address: str) -> Path | Remote | None:
    """The file of `sqlite:///...`; the database, where part of it lies in a log beside the file."""
    if address.partition(":")[0].lower().partition("+")[0] not in ("sqlite", "duckdb"):
        return None
    database = sql(address)
    return database if "log_digest" in database.facts else Path(database.address.partition("://")[2][1:])


def check_entity_kind(kind: str | None) -> None:
    """Refuse the kind of an activity or agent, which would make an entity that is both.

    Raises:
        InvalidInput: It is one.
    """
    known = KINDS.get(kind or "")
    if known is not None and known.element is not Element.ENTITY:
        fitting = [name for name, each in KINDS.items() if each.element is Element.ENTITY]
        raise InvalidInput(f"'{kind}' is a kind of {known.element.lower()}, not of artifact", nearest=fitting)


def _at_path(
    writer: Writer,
    seen: SeenPath,
    name: str | None,
    kind: str | None,
    version: str | None,
    recall: bool,
    made_by: str | None,
    strict: bool,
) -> tuple[Artifact, dict[str, Any]]:
    place = Path(os.path.abspath(seen.path))  # noqa: PTH100  links stay as they are: they are how people know the place
    attributes = _said_beside(place, strict)
    said_name, said_kind, said_version = (attributes.pop(key, None) for key in ("name", "kind", "version"))
    if said_name is not None and (not name or isinstance(name, Otherwise)):
        name = said_name
    kind, version = kind or said_kind, version or said_version
    if name is None and (said := _as_project(place, strict=strict)) is not None:
        name, kind = said.name, kind or said.kind
    title = name if name is not None else system_text(stem(place))
    attributes["path"] = system_text(str(place))
    if (media_type := _media_type(place)) is not None:
        attributes["media_type"] = media_type
    content, why = seen.content, seen.not_seen
    try:
        if content is None and why is None:
            content = digest_path(place, cache=writer.settings.cache)
    except FileChanged as error:
        warn(f"{error}; it is recorded as a version whose content was not seen")
        why = "it changed while it was read"
    if content is None:
        label = f"unseen-{unique_number()}"
        attributes |= {
            "version_label": version,
            "metadata": {**attributes.get("metadata", {}), "content_not_seen": why},
        }
        artifact = _labelled(writer, title, kind, label, made_by, path=place)
        return artifact, attributes
    if name is None and recall:
        found = writer.known.recall(str(content), kind=kind, path=str(attributes["path"]), name=title)
        # Nothing is like nothing else: empty files are one only where they lie at the same place.
        if found is not None and (content.size_bytes or found.path == attributes["path"]):
            title, kind = found.name, found.kind
    return _by_content(writer, content, title, kind, place, version, made_by, attributes)


def _as_project(place: Path, *, strict: bool) -> Called | None:
    """What the file's project calls it. A wrong table does not stop somebody's work, it is warned of."""
    try:
        return called(place)
    except InvalidInput as error:
        if strict:
            raise
        warn(f"{error.message}; the file {place.name} is named without it")
        return None


def _said_beside(place: Path, strict: bool) -> dict[str, Any]:
    """What the side-car of a file says, as attributes of its version."""
    try:
        found = beside(place)
        if found is not None:
            check_entity_kind(found.fields.get("kind"))
    except InvalidInput as error:
        if strict:
            raise
        warn(f"{error}; the file is recorded without it")
        return {}
    if found is None:
        return {}
    return {**found.fields, **({"metadata": found.metadata} if found.metadata else {})}


def _by_content(
    writer: Writer,
    content: ContentDigest,
    name: str,
    kind: str | None,
    path: Path | None,
    label: str | None,
    made_by: str | None,
    attributes: dict[str, Any],
) -> tuple[Artifact, dict[str, Any]]:
    kind, name = kind or DEFAULT_KIND, writer.redactor.text(name)  # before it is part of an identifier
    version_id, version = artifact_id(kind, name, content.hex), short_version(content.hex)
    artifact = Artifact(version_id, kind, name, version, str(content), path, writer, made_by)
    attributes = attributes | {"digest": str(content), "size_bytes": content.size_bytes}
    if label is not None:
        attributes["version_label"] = label
    return artifact, attributes


def _labelled(
    writer: Writer, name: str, kind: str | None, label: str, made_by: str | None, *, path: Path | None = None
) -> Artifact:
    kind, name, label = kind or DEFAULT_KIND, writer.redactor.text(name), writer.redactor.text(label)
    return Artifact(artifact_id(kind, name, label), kind, name, short_version(label), None, path, writer, made_by)


_unknown_told: set[str] = set()
"""The addresses of unknown versions that a warning was given of: one is enough."""


def _elsewhere(
    writer: Writer, remote: Remote, name: str | None, kind: str | None, version: str | None, made_by: str | None
) -> tuple[Artifact, dict[str, Any]]:
    remote = replace(remote, address=writer.redactor.text(remote.address))  # before a name or label is made of it
    if version is not None and remote.version not in (None, version):
        raise InvalidInput(f"{remote.address} already has the version '{remote.version}', so it cannot be '{version}'")
    called = None if isinstance(name, Otherwise) and remote.name != "" else name
    called = called or remote.name or _called_there(remote.address)
    if remote.name == "" and name is None:
        raise InvalidInput("what a query reads needs a name", hint='give it as name="user-records"')
    metadata = {**remote.facts, "content_not_seen": "it lies elsewhere"}
    label = version or remote.label()
    if label is None:
        label, metadata["version_not_known"] = f"unseen-{unique_number()}", remote.unknown
        if remote.address not in _unknown_told:
            _unknown_told.add(remote.address)
            warn(
                f"the version of {remote.address} is not known: {remote.unknown}. It is recorded as a version of its"
                ' own, which equals no other. Say it with version="...", or see `graphprov guide content`'
            )
    attributes = {"path": remote.address, "size_bytes": remote.size_bytes, "metadata": metadata}
    if version is None and remote.version is None and remote.identity:
        key = next((key for key in ("version_id", "snapshot", "etag") if key in remote.identity), None)
        attributes["version_label"] = remote.identity[key] if key is not None else None
    return _labelled(writer, called, kind, label, made_by), attributes


def _again(
    writer: Writer, artifact: Artifact, name: str | None, kind: str | None, version: str | None, made_by: str | None
) -> Artifact:
    for what, given, has in (("name", name, artifact.name), ("kind", kind, artifact.kind)):
        if given is not None and given != has:
            raise InvalidInput(f"{artifact.short} already has the {what} '{has}', so it cannot be '{given}'")
    if version is not None:
        raise InvalidInput(f"{artifact.short} is a version already: give no version=")
    return Artifact(
        artifact.id, artifact.kind, artifact.name, artifact.version, artifact.digest, artifact.path, writer,
        made_by or artifact._made_by,
    )  # fmt: skip


def statements_of(
    artifact: Artifact, attributes: Mapping[str, Any], metadata: Mapping[str, Any] | None, **own: Any
) -> list[Statement]:
    """The version, its general artifact, and that the one is a version of the other.

    The general artifact is always described alike, so that ten thousand uses are one statement.
    """
    general = artifact_id(artifact.kind, artifact.name)
    fields = {key: value for key, value in (*attributes.items(), *own.items()) if value is not None}
    said = {**fields.pop("metadata", {}), **without_secrets(metadata or {})}
    source = fields.pop("source", None)
    return [
        Entity(
            id=artifact.id,
            kind=artifact.kind,
            name=artifact.name,
            version=artifact.version,
            metadata=said,
            **fields,
        ),
        Entity(id=general, kind=artifact.kind, name=artifact.name),
        Relation(type=RelationType.SPECIALIZATION_OF, source=artifact.id, target=general),
        *([] if source is None else attribution(artifact, as_agent(source, "data-source"))),
    ]


def attribution(artifact: Artifact, source: AgentRef) -> list[Statement]:
    """That a version comes from a source."""
    return [
        mention(source),
        Relation(type=RelationType.WAS_ATTRIBUTED_TO, source=artifact.id, target=source.id),
    ]


def stem(path: PurePath) -> str:
    """A file's name without its endings: what an artifact is called that was given no name.

    >>> stem(PurePath("data/users.csv.gz")), stem(PurePath(".env")), stem(PurePath("v1.2/model.joblib"))
    ('users', '.env', 'model')
    """
    name = path.name or path.anchor or "artifact"
    first = PurePath(name).stem
    return PurePath(first).stem if PurePath(name).suffix.lower() in (".gz", ".bz2", ".xz", ".zst") else first


def _media_type(path: Path) -> str | None:
    if path.is_dir():
        return "inode/directory"
    return _MEDIA_TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0]
