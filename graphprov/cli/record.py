"""`graphprov add ...`: record sources, people, deliveries, and data and models that no recorded run made.

Each command is the twin of a function: `add source` of `graphprov.source`, `add dataset` of `graphprov.dataset`, and so
on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphprov.cli.output import print_json
from graphprov.model.vocabulary import KINDS, Element

if TYPE_CHECKING:
    from graphprov.capture import AgentRef, Artifact, Recorder, Remote
    from graphprov.store.resolve import Reference

NameArg = Annotated[str, typer.Argument(help="What people call it.", show_default=False)]
PathArg = Annotated[
    str | None, typer.Argument(help="The file, directory or address that it is in.", show_default=False)
]
DeliveryArg = Annotated[
    str, typer.Argument(help="The file, directory or address of what was delivered.", show_default=False)
]
NameOption = Annotated[
    str | None, typer.Option("--name", help="What people call it.", show_default="the file's name without ending")
]
VersionOption = Annotated[
    str | None, typer.Option("--version", help="A label; without a file, it is the version.", show_default=False)
]
ContactOption = Annotated[str | None, typer.Option("--contact", help="Whom to ask or tell there.", show_default=False)]
HomepageOption = Annotated[str | None, typer.Option("--homepage", help="An address to read on.", show_default=False)]
ContractOption = Annotated[str | None, typer.Option("--contract", help="The contract's number.", show_default=False)]
LicenceOption = Annotated[str | None, typer.Option("--licence", help="The licence.", show_default=False)]
SinceOption = Annotated[
    str | None, typer.Option("--valid-from", help="When contract or licence begin.", show_default=False)
]
UntilOption = Annotated[str | None, typer.Option("--valid-until", help="When they end.", show_default=False)]
BehalfOption = Annotated[
    str | None, typer.Option("--on-behalf-of", help="The organization it acts for.", show_default=False)
]
SourceOption = Annotated[str | None, typer.Option("--source", help="Who it comes from.", show_default=False)]
IssuedOption = Annotated[str | None, typer.Option("--issued-at", help="When its source issued it.", show_default=False)]
GeneratedOption = Annotated[str | None, typer.Option("--generated-at", help="When it was made.", show_default=False)]
DeliveredOption = Annotated[str | None, typer.Option("--delivered-at", help="When it arrived.", show_default=False)]
ArrivedOption = Annotated[
    str | None,
    typer.Option("--delivered-at", help="When it arrived.", show_default="now, where --issued-at is not given either"),
]
MetaOption = Annotated[
    list[str] | None,
    typer.Option("--meta", "-m", help="key=value, or key:=JSON; may be given often.", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]

RedactOption = Annotated[
    list[str] | None,
    typer.Option(
        "--redact",
        help="A regular expression: what matches it is not recorded; may be given often.",
        show_default=False,
        callback=lambda given: also_redact(given),
    ),
]
FetchOption = Annotated[
    bool, typer.Option("--fetch", help="Ask for the version that is there now, where the path is an address.")
]

ELSEWHERE = frozenset({"data-source", "code-version", "incident", "incident-entry"})
"""Kinds with a command of their own, and what runs and `graphprov incident` record by themselves."""

add = typer.Typer(
    name="add", no_args_is_help=True, help="Record a source, a delivery, a person, a dataset, a model, ..."
)


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.add_typer(add)


@add.command()
def source(
    name: NameArg,
    contact: ContactOption = None,
    homepage: HomepageOption = None,
    contract: ContractOption = None,
    licence: LicenceOption = None,
    valid_from: SinceOption = None,
    valid_until: UntilOption = None,
    on_behalf_of: BehalfOption = None,
    meta: MetaOption = None,
    redact: RedactOption = None,  # noqa: ARG001  read by its own callback
    as_json: JsonOption = False,
) -> None:
    """Record where data comes from: a vendor, a device, a site, a labeller."""
    told = recorder_for_commands().source(
        name,
        contact=contact,
        homepage=homepage,
        contract=contract,
        licence=licence,
        valid_from=valid_from,
        valid_until=valid_until,
        on_behalf_of=on_behalf_of,
        metadata=metadata_of(meta),
    )
    _tell(told, as_json)


@add.command()
def delivery(
    path: DeliveryArg,
    source: Annotated[str, typer.Option("--source", "--from", help="Who delivered it.", show_default=False)],
    name: NameOption = None,
    kind: Annotated[str, typer.Option("--kind", help="What kind of thing it is.")] = "dataset",
    version: VersionOption = None,
    fetch: FetchOption = False,
    delivered_at: ArrivedOption = None,
    issued_at: IssuedOption = None,
    contract: ContractOption = None,
    licence: LicenceOption = None,
    valid_from: SinceOption = None,
    valid_until: UntilOption = None,
    meta: MetaOption = None,
    redact: RedactOption = None,  # noqa: ARG001  read by its own callback
    as_json: JsonOption = False,
) -> None:
    """Record a version that came from a source."""
    told = recorder_for_commands().receive(
        _asked(path, version) if fetch else path,
        name=name,
        source=source,
        kind=kind,
        version=version,
        delivered_at=delivered_at,
        issued_at=issued_at,
        contract=contract,
        licence=licence,
        valid_from=valid_from,
        valid_until=valid_until,
        metadata=metadata_of(meta),
    )
    _tell(told, as_json)


@add.command()
def invalidation(
    artifact: Annotated[
        str, typer.Argument(help="A file, or a name@version or id of a recorded version.", show_default=False)
    ],
    reason: Annotated[str, typer.Option("--reason", help="Why it must not be used.", show_default=False)],
    at: Annotated[str | None, typer.Option("--at", help="Since when.", show_default="now")] = None,
    agent: Annotated[str | None, typer.Option("--agent", help="Who says so.", show_default="you")] = None,
    meta: MetaOption = None,
    redact: RedactOption = None,  # noqa: ARG001  read by its own callback
    as_json: JsonOption = False,
) -> None:
    """Record that a version must not be used any more."""
    recorder = recorder_for_commands()
    told = recorder.invalidate(
        _version(recorder, artifact), reason=reason, at=at, agent=agent, metadata=metadata_of(meta)
    )
    _tell(told, as_json)


@add.command()
def incident(
    subject: Annotated[str, typer.Argument(help="kind:name, kind:name@version, or an id.", show_default=False)],
    reason: Annotated[str, typer.Option("--reason", help="What is wrong.", show_default=False)],
    since: Annotated[str | None, typer.Option("--since", help="When it began.", show_default=False)] = None,
    until: Annotated[str | None, typer.Option("--until", help="When it was right again.", show_default=False)] = None,
    found_by: Annotated[str | None, typer.Option("--found-by", help="Who found it.", show_default="you")] = None,
    found_at: Annotated[str | None, typer.Option("--found-at", help="When.", show_default="now")] = None,
    redact: RedactOption = None,  # noqa: ARG001  read by its own callback
    as_json: JsonOption = False,
) -> None:
    """Record that something is wrong with a source, an artifact or a version; as `graphprov incident open`."""
    from graphprov import incidents
    from graphprov.model.identity import short_id

    told = incidents.open(subject, reason=reason, since=since, until=until, found_by=found_by, found_at=found_at)
    if as_json:
        print_json({"id": told.incident, "short": short_id(told.incident)})
    else:
        typer.echo(f"{short_id(told.incident)}  {told.incident}")


def _asked(address: str | None, version: str | None) -> Remote:
    """What lies at an address, in the version that its keeper tells."""
    from graphprov.capture import url

    return url(address or "", version=version, fetch=True)


def _agent_command(kind: str) -> Callable[..., None]:
    def command(
        name: NameArg,
        contact: ContactOption = None,
        homepage: HomepageOption = None,
        on_behalf_of: BehalfOption = None,
        meta: MetaOption = None,
        redact: RedactOption = None,  # noqa: ARG001
        as_json: JsonOption = False,
    ) -> None:
        told = recorder_for_commands().agent(
            name,
            kind=kind,
            contact=contact,
            homepage=homepage,
            on_behalf_of=on_behalf_of,
            metadata=metadata_of(meta),
        )
        _tell(told, as_json)

    return command


def _artifact_command(usual: str) -> Callable[..., None]:
    def command(
        path: PathArg = None,
        name: NameOption = None,
        kind: Annotated[str, typer.Option("--kind", help="Or a kind of your own, such as satellite-image.")] = usual,
        version: VersionOption = None,
        fetch: FetchOption = False,
        source: SourceOption = None,
        issued_at: IssuedOption = None,
        delivered_at: DeliveredOption = None,
        generated_at: GeneratedOption = None,
        contract: ContractOption = None,
        licence: LicenceOption = None,
        valid_from: SinceOption = None,
        valid_until: UntilOption = None,
        meta: MetaOption = None,
        redact: RedactOption = None,  # noqa: ARG001
        as_json: JsonOption = False,
    ) -> None:
        told = recorder_for_commands().artifact(
            _asked(path, version) if fetch else path,
            kind=kind,
            name=name,
            version=version,
            source=source,
            issued_at=issued_at,
            delivered_at=delivered_at,
            generated_at=generated_at,
            contract=contract,
            licence=licence,
            valid_from=valid_from,
            valid_until=valid_until,
            metadata=metadata_of(meta),
        )
        _tell(told, as_json)

    return command


def _add_kinds() -> None:
    """One command for each kind of agent and artifact in the table, but those that have a command of their own."""
    for kind in KINDS.values():
        words = kind.name.replace("-", " ")
        article = "" if words.endswith("s") or kind.name == "software" else "an " if words[0] in "aeiou" else "a "
        if kind.name in ELSEWHERE:
            continue
        if kind.element is Element.AGENT:
            add.command(kind.name, help=f"Record {article}{words}.")(_agent_command(kind.name))
        elif kind.element is Element.ENTITY:
            told = f"Record a version of {article}{words} that no recorded run made: a file, or a name with a version."
            add.command(kind.name, help=told)(_artifact_command(kind.name))


_add_kinds()


def also_redact(patterns: list[str] | None) -> list[str] | None:
    """Keep out what these patterns match, besides those of the settings.

    Through the environment, so that everything that reads the settings sees one truth, child processes too.

    Raises:
        InvalidInput: One is no regular expression.
    """
    if patterns:
        import os

        from graphprov.settings import Settings

        configured = Settings.load().redact
        os.environ["GRAPHPROV_REDACT"] = "\n".join(Settings.load(redact=(*configured, *patterns)).redact)
    return patterns


def recorder_for_commands() -> Recorder:
    """The recorder of a command: one that could not record has failed."""
    from graphprov.capture import Recorder

    return Recorder(strict=True)


def metadata_of(pairs: list[str] | None) -> dict[str, Any]:
    """Metadata as typed."""
    from graphprov.capture.typed import parse_metadata

    return parse_metadata(pairs or [])


def _version(recorder: Recorder, text: str) -> Artifact:
    """The recorded version that is meant: by a file's content, as this machine or the database knows it, or by name."""
    from pathlib import Path

    from graphprov.api import connect
    from graphprov.digest import digest_path
    from graphprov.errors import InvalidInput, UnknownReference
    from graphprov.store.resolve import resolve

    digest = None
    if Path(text).exists():
        if (known := recorder.recall(text)) is not None:
            return known
        digest = str(digest_path(Path(text), cache=recorder.settings.cache))
    with connect(recorder.settings) as store:
        try:
            found = resolve(store, digest or text, (Element.ENTITY,))
        except UnknownReference as error:
            if digest is None:
                raise
            raise InvalidInput(
                f"the content of {text} was recorded neither on this machine nor in the database",
                hint="give the id of the version that is meant, or kind:name@version",
            ) from error
    if found.version is None:
        raise InvalidInput(
            f"{found.short} is no version: invalidate its versions", hint=f"graphprov list {found.short}"
        )
    return _artifact(found, digest)


def _artifact(found: Reference, digest: str | None = None) -> Artifact:
    from graphprov.capture import Artifact

    return Artifact(found.id, found.kind or "dataset", found.name, found.version or "", digest)


def _tell(told: AgentRef | Artifact, as_json: bool) -> None:
    if as_json:
        print_json({"id": told.id, "short": told.short, "kind": told.kind, "name": told.name})
    else:
        typer.echo(f"{told.short}  {told.id}")
