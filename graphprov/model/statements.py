"""What is recorded: statements about entities, activities, agents and the PROV relations between them.

The models are what people and importers fill in; `row()` is the flat form in which a statement travels through the
journal into Neo4j, and `digest` names its content, so that the same statement is the same everywhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)

from graphprov.errors import InvalidInput
from graphprov.model.metadata import RESERVED_ON_RELATIONS, as_utc, dumps, flatten, unflatten
from graphprov.model.vocabulary import DERIVATION_SUBTYPES, RELATIONS, Element, RelationType

UtcTime = Annotated[datetime, AfterValidator(as_utc)]
Row = dict[str, Any]
"""A statement in flat form: `{"node": label, "id", "properties"}` or `{"relation": type, "source", "target", ...}`."""


INDEXED_BYTES = 4_000
"""How long an identifier, name, kind or digest may be in UTF-8: Neo4j's indexes take no more than about 8,000 bytes,
and a statement that the database refuses would hold up all that waits behind it."""


def _indexed(text: str) -> str:
    if (size := len(text.encode())) > INDEXED_BYTES:
        raise ValueError(f"it has {size:,} bytes, expected at most {INDEXED_BYTES:,}")
    return text


def _identifier(text: str) -> str:
    if not text or text.isspace() or "\0" in text:
        raise ValueError("expected an identifier: an IRI or qualified name that is not empty")
    return _indexed(text)


def _name(text: str) -> str:
    # Normal form C, as in identifiers: a name typed on one system must find what another one recorded.
    return _indexed(unicodedata.normalize("NFC", text))


def system_text(text: str) -> str:
    """What the system gave may hold bytes that are no text (as in a file's name); they are kept as escapes."""
    return text.encode(errors="backslashreplace").decode()


def _system_text(text: object) -> object:
    return system_text(text) if isinstance(text, str) else text


Identifier = Annotated[str, AfterValidator(_identifier)]
Name = Annotated[str, AfterValidator(_name)]
Indexed = Annotated[str, AfterValidator(_indexed)]
SystemText = Annotated[str, BeforeValidator(_system_text)]


class _Statement(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")

    @model_validator(mode="wrap")
    @classmethod
    def _explained(cls, data: Any, validate: ModelWrapValidatorHandler[Self]) -> Self:
        """Refuse what does not fit with graphprov's own error: what, where, and what was expected."""
        what = cls.__name__.lower()
        try:
            statement = validate(data)
            statement._check()
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            given = "" if first["type"] == "missing" else f" (given: {first['input']!r:.80})"
            reason = first["msg"].removeprefix("Value error, ")
            raise InvalidInput(f"the {what}'s {where} cannot be recorded: {reason}{given}") from error
        except ValueError as error:
            raise InvalidInput(f"the {what} cannot be recorded: {error}") from error
        return statement

    def _check(self) -> None:
        """Raise a ValueError where the fields do not fit each other."""

    def row(self) -> Row:
        """The statement in its flat form."""
        raise NotImplementedError


class _ElementStatement(_Statement):
    """What is said of one node; several statements of one node add up (see `graphprov.store.merge`)."""

    element: ClassVar[Element]

    id: Identifier
    kind: Indexed | None = None
    name: Name | None = None
    forgotten_at: UtcTime | None = None
    forgotten_reason: str | None = None
    forgotten_by: Identifier | None = None
    forgotten_in: Identifier | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)

    def row(self) -> Row:
        """The flat form: own fields that are set, then the metadata, flattened."""
        own = {
            key: value
            for key, value in self.__dict__.items()
            if value is not None and key not in ("id", "metadata", "parameters")
        }
        if parameters := getattr(self, "parameters", None):
            own.update({f"parameters.{key}": value for key, value in _flat_parameters(parameters).items()})
        return {"node": self.element.value, "id": self.id, "properties": {**own, **flatten(self.metadata)}}


class Entity(_ElementStatement):
    """A thing with fixed aspects (PROV-DM 5.1.1): a version of a dataset or model, or the general artifact."""

    element = Element.ENTITY

    version: str | None = None
    version_label: Indexed | None = None
    digest: Indexed | None = Field(default=None, pattern=r"^[a-z0-9-]+:[0-9a-f]+$")
    size_bytes: int | None = Field(default=None, ge=0)
    path: SystemText | None = None
    media_type: str | None = None
    generated_at: UtcTime | None = None
    issued_at: UtcTime | None = None
    delivered_at: UtcTime | None = None
    valid_from: UtcTime | None = None
    valid_until: UtcTime | None = None
    invalidated_at: UtcTime | None = None
    contract: str | None = None
    licence: str | None = None
    commit: str | None = None
    branch: str | None = None
    remote: str | None = None
    dirty: bool | None = None
    diff_digest: str | None = None


class Activity(_ElementStatement):
    """Something that happened over time and acted on entities (PROV-DM 5.1.2): a run."""

    element = Element.ACTIVITY

    started_at: UtcTime | None = None
    ended_at: UtcTime | None = None
    status: Literal["completed", "failed"] | None = None
    error: SystemText | None = None
    constraints_broken: list[str] | None = None
    command: SystemText | None = None
    host: SystemText | None = None
    user: SystemText | None = None
    python: str | None = None
    packages: list[str] | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)


class Agent(_ElementStatement):
    """Who or what bears responsibility (PROV-DM 5.3.1): a data source, a person, an organization, software."""

    element = Element.AGENT

    contact: str | None = None
    homepage: str | None = None
    contract: str | None = None
    licence: str | None = None
    valid_from: UtcTime | None = None
    valid_until: UtcTime | None = None


class Relation(_Statement):
    """One PROV relation, from effect (`source`) to cause (`target`), with the attributes that PROV-DM gives it."""

    type: RelationType
    source: Identifier
    target: Identifier
    time: UtcTime | None = None
    role: str | None = None
    subtype: str | None = None
    activity: Identifier | None = None
    plan: Identifier | None = None
    source_element: Element | None = None
    target_element: Element | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)

    def _check(self) -> None:
        rule = RELATIONS[self.type]
        for attribute in ("time", "role", "subtype", "activity", "plan"):
            if getattr(self, attribute) is not None and attribute not in rule.attributes:
                raise ValueError(f"{self.type} carries no {attribute}: expected {sorted(rule.attributes) or 'none'}")
        if self.subtype is not None and self.subtype not in DERIVATION_SUBTYPES:
            raise ValueError(f"'{self.subtype}' is no subtype of derivation: expected one of {DERIVATION_SUBTYPES}")

    def row(self) -> Row:
        """The flat form, with the types of its ends and its key, the digest of all that it says."""
        rule = RELATIONS[self.type]
        own = {
            key: value
            for key in ("time", "role", "subtype", "activity", "plan")
            if (value := getattr(self, key)) is not None
        }
        row: Row = {
            "relation": self.type.value,
            "source": self.source,
            "source_element": (self.source_element or rule.source).value,
            "target": self.target,
            "target_element": (self.target_element or rule.target).value,
            "properties": {**own, **flatten(self.metadata, RESERVED_ON_RELATIONS)},
        }
        return row


Statement = Entity | Activity | Agent | Relation

CLASSES: dict[Element, type[Entity] | type[Activity] | type[Agent]] = {
    Element.ENTITY: Entity,
    Element.ACTIVITY: Activity,
    Element.AGENT: Agent,
}
"""The statement about a node of each PROV type."""


def digest(value: Any) -> str:
    """40 hexadecimal digits of BLAKE2b over the canonical JSON: the same content has the same digest on any machine.

    >>> digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})
    True
    """
    return digest_text(dumps(value))


def digest_text(text: str) -> str:
    """The digest of a canonical JSON text."""
    return blake2b(text.encode(), digest_size=20).hexdigest()


def rows_of(statements: Iterable[Statement]) -> list[Row]:
    """The flat forms of statements."""
    return [statement.row() for statement in statements]


def _flat_parameters(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters flattened like metadata, but under their own prefix, where no key is reserved."""
    flat = flatten({"x": dict(parameters)}) if parameters else {}
    return {key.removeprefix("x."): value for key, value in flat.items()}


PARAMETERS = "parameters."


def parameters_of(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of an activity from its flat properties, nested as they were given."""
    prefix = "x."
    inner = {prefix + key[len(PARAMETERS) :]: value for key, value in properties.items() if key.startswith(PARAMETERS)}
    nested = unflatten(inner)
    return dict(nested.get("x", {}))
