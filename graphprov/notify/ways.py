"""The ways by which a message can go: into a folder, by e-mail, to a webhook. Each says of each message how it went."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, TypeVar

import stamina

from graphprov.files import write_whole
from graphprov.model.statements import digest_text
from graphprov.notify import forms
from graphprov.notify.notice import Notice
from graphprov.report.words import visible

logging.getLogger("stamina").addHandler(
    logging.NullHandler()
)  # what was tried again is no news to who reads a terminal

ATTEMPTS = 4
FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0
_ALL_PAUSES_SECONDS = 120.0
_REPLY = 200

T = TypeVar("T")


class NotDelivered(Exception):
    """A message did not go out; the text says why, without secrets."""


class NoAddress(NotDelivered):
    """There is nowhere to send it to."""


class TryAgain(Exception):
    """It may go better in a moment.

    Attributes:
        pause_seconds: How long the other side asks to wait; None where it does not say.
    """

    def __init__(self, reason: str, pause_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.pause_seconds = pause_seconds


class Way(Protocol):
    """One way; a context manager that holds its connection, if it has one."""

    name: str

    @property
    def needs_contact(self) -> bool:
        """Whether an owner without a contact cannot be told this way."""
        ...

    def address(self, contact: str | None) -> str:
        """Where a message to this contact goes, fit to be shown and recorded.

        Raises:
            NoAddress: Nowhere.
        """
        ...

    def send(self, notice: Notice, before: Sequence[str]) -> None:
        """Send a message.

        Args:
            before: Ids of the messages that the owner had before, this way.

        Raises:
            NotDelivered: It did not go out, also after some tries.
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def with_retries(work: Callable[[], T], *, attempts: int = ATTEMPTS, pause: float = FIRST_PAUSE_SECONDS) -> T:
    """Do something, and again after growing pauses as long as it raises `TryAgain`.

    Raises:
        NotDelivered: It was in vain; says why the last time.
    """

    def again(error: Exception) -> bool | float:
        if not isinstance(error, TryAgain):
            return False
        if error.pause_seconds is None:
            return True
        return min(error.pause_seconds, _LONGEST_PAUSE_SECONDS)

    try:
        for attempt in stamina.retry_context(
            on=again,
            attempts=attempts,
            timeout=_ALL_PAUSES_SECONDS,
            wait_initial=pause,
            wait_max=_LONGEST_PAUSE_SECONDS,
            wait_jitter=pause,
        ):
            with attempt:
                return work()
    except TryAgain as error:
        raise NotDelivered(f"{error} (tried {attempts} times)" if attempts > 1 else str(error)) from error
    raise AssertionError  # pragma: no cover  (the last attempt returns or raises)


def reply(text: str | bytes) -> str:
    """What another program answered, fit to be shown: one visible line, and no more than people read."""
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    line = " ".join(plain[: 4 * _REPLY].split())
    return visible(line if len(line) <= _REPLY else line[:_REPLY] + " ...")


class FolderWay:
    """Into a folder, for each owner a Markdown, an e-mail and a JSON file, to be sent on by hand."""

    name = "directory"
    needs_contact = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._taken: dict[str, str] = {}
        """The owner by whose messages a file name is taken."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def address(self, contact: str | None) -> str:  # noqa: ARG002
        """The folder."""
        return str(self.folder)

    def send(self, notice: Notice, before: Sequence[str]) -> None:
        """Write the three files, each whole or not at all.

        Raises:
            NotDelivered: The folder cannot be written.
        """
        from graphprov.notify.email_address import email_address

        stem = self._stem(notice, len(before) + 1)
        with _written(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            recipient = email_address(notice.owner.contact)
            mail = forms.to_email(notice, sender=forms.UNKNOWN_SENDER, recipient=recipient, references=before)
            for suffix, content in (
                (".md", forms.to_markdown(notice).encode()),
                (".eml", mail.as_bytes()),
                (".json", forms.to_json(notice).encode()),
            ):
                write_whole(self.folder / (stem + suffix), content)

    def _stem(self, notice: Notice, number: int) -> str:
        stem = file_stem(notice.owner.name)
        if not stem or self._taken.setdefault(stem.lower(), notice.owner.id) != notice.owner.id:
            stem = f"{stem or 'owner'}-{digest_text(notice.owner.id)[:8]}"
        return stem if number == 1 else f"{stem}-{number}"


@contextmanager
def _written(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NotDelivered(f"{folder} cannot be written: {error.strerror or error}") from error


def file_stem(name: str) -> str:
    """A name as the name of a file on any system: no folder, nothing hidden, nothing that a shell would obey.

    >>> file_stem("Ada Byron"), file_stem("../../etc/passwd"), file_stem("🤖")
    ('Ada-Byron', 'etc-passwd', '')
    """
    return re.sub(r"[^\w.-]+|\.{2,}", "-", name)[:80].strip(".-_")
