"""Telling the owners, in one call."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from graphprov.analysis.incident_impact import impact_of
from graphprov.analysis.incidents import incident
from graphprov.api import connect
from graphprov.capture.simulation import new_writer
from graphprov.errors import InvalidInput
from graphprov.incidents.session import send
from graphprov.settings import Settings

if TYPE_CHECKING:
    from graphprov.notify.telling import Outcome, Told
    from graphprov.notify.ways import Way


def notify(
    number: str,
    *,
    to_dir: str | Path | None = None,
    smtp: str | None = None,
    sender: str | None = None,
    webhook: str | None = None,
    dry_run: bool = False,
    again: bool = False,
    owners: Sequence[str] = (),
    after_each: Callable[[Outcome], None] | None = None,
    settings: Settings | None = None,
) -> Told:
    """Tell each owner their part of an incident, and record that they were told; nobody is told the same twice.

    Each message that went out is recorded at once, so that a call that was cut short goes on where it ended.

    Args:
        number: The incident's number, the start of that, or its id.
        to_dir: Write the messages into this folder, to be sent on by hand.
        smtp: Send them by this mail server: `smtp://user@host:port` or `smtps://...`; the password may stand in
            `GRAPHPROV_SMTP_PASSWORD`, and is neither printed nor recorded.
        sender: The e-mail address that they come from.
        webhook: Post each as JSON to this address.
        dry_run: Send and record nothing; say what would be sent.
        again: Tell also what they were told of before.
        owners: Only these.
        after_each: Told how it went with each owner.
        settings: Default: as configured.

    Returns:
        How it went with each owner; `complete` is False where somebody who has to know was not told.

    Raises:
        InvalidInput: None or several of `to_dir`, `smtp` and `webhook` are given, or one is malformed.
        UnknownReference: There is no such incident, or no such owner; carries the nearest.
        DatabaseAway: Nobody answers at the configured address.
    """
    from graphprov.notify.telling import tell  # here, since mail and templates take a moment to load

    settings = settings or Settings.load()
    with contextlib.ExitStack() as stack:
        way = _way(settings, to_dir, smtp, sender, webhook, optional=dry_run)
        store = stack.enter_context(connect(settings))
        about = incident(store, number)
        report = impact_of(store, about)
        if way is not None and not dry_run:
            stack.enter_context(way)
        writer = None if dry_run else new_writer(settings, flush=False, strict=True)
        told = tell(store, report, about, way, writer=writer, only=owners, again=again, after_each=after_each)
        if writer is not None:
            send(store, settings)
        return told


def _way(
    settings: Settings,
    to_dir: str | Path | None,
    smtp: str | None,
    sender: str | None,
    webhook: str | None,
    *,
    optional: bool,
) -> Way | None:
    given = [name for name, value in (("to_dir", to_dir), ("smtp", smtp), ("webhook", webhook)) if value is not None]
    if len(given) > 1 or (not given and not optional):
        raise InvalidInput(
            f"one way to tell the owners is expected, {' and '.join(given) or 'none'} was given",
            hint="--to-dir FOLDER, --smtp URL or --webhook URL; or --dry-run to see what would be sent",
        )
    if sender is not None and smtp is None:
        raise InvalidInput("a sender goes with a mail server alone", hint="--smtp URL --from ADDRESS")
    if to_dir is not None:
        from graphprov.notify.ways import FolderWay

        return FolderWay(Path(to_dir).expanduser())
    if smtp is not None:
        from graphprov.notify.smtp import SmtpWay

        password = settings.smtp_password
        return SmtpWay(smtp, sender=sender, password=password.get_secret_value() if password else None)
    if webhook is not None:
        from graphprov.notify.webhook import WebhookWay

        return WebhookWay(webhook)
    return None
