"""To a webhook: one POST of JSON for each owner, with a key by which the receiver knows a message that comes again."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Iterator, Sequence
from typing import Self
from urllib.parse import urlsplit

import httpx

from graphprov.errors import InvalidInput
from graphprov.notify import forms
from graphprov.notify.notice import Notice
from graphprov.notify.ways import ATTEMPTS, FIRST_PAUSE_SECONDS, NotDelivered, TryAgain, reply, with_retries
from graphprov.report.words import visible
from graphprov.version import VERSION

TIMEOUT_SECONDS = 15.0
IDEMPOTENCY_KEY = "Idempotency-Key"
_READ = 2_000
"""So much of an answer is read at most."""
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


@contextlib.contextmanager
def _unlogged() -> Iterator[None]:
    """Keep the address, which may hold a secret, out of the log that httpx writes of each request."""

    def drop(_: logging.LogRecord) -> bool:
        return False

    loggers = [logging.getLogger(name) for name in ("httpx", "httpcore.http11", "httpcore.connection")]
    for logger in loggers:
        logger.addFilter(drop)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(drop)


class WebhookWay:
    """One address that takes messages as JSON."""

    name = "webhook"
    needs_contact = False

    def __init__(
        self,
        url: str,
        *,
        timeout: float = TIMEOUT_SECONDS,
        attempts: int = ATTEMPTS,
        pause: float = FIRST_PAUSE_SECONDS,
    ) -> None:
        """Read the address; nothing is connected yet.

        Raises:
            InvalidInput: The address is malformed; it is not repeated, since it may hold a secret.
        """
        try:
            parts = urlsplit(url)
            httpx.URL(url)
            port = parts.port
        except (httpx.InvalidURL, ValueError) as error:
            raise InvalidInput("this is no address of a webhook: expected http:// or https:// and a host") from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidInput("this is no address of a webhook: expected http:// or https:// and a host")
        self._url = url
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        self.shown = visible(f"{parts.scheme}://{host}{f':{port}' if port else ''}")
        """The receiver without user, path and query: many webhooks have their secret there."""
        self._timeout, self._attempts, self._pause = timeout, attempts, pause
        self._client: httpx.Client | None = None

    def __enter__(self) -> Self:
        headers = {"User-Agent": f"graphprov/{VERSION}", "Content-Type": "application/json"}
        self._client = httpx.Client(timeout=self._timeout, follow_redirects=False, headers=headers)
        return self

    def __exit__(self, *_: object) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def address(self, contact: str | None) -> str:  # noqa: ARG002
        """The receiver, which knows from the message whom it is for."""
        return self.shown

    def send(self, notice: Notice, before: Sequence[str]) -> None:  # noqa: ARG002
        """Post a message.

        Raises:
            NotDelivered: The receiver did not take it.
        """
        content = json.dumps(json.loads(forms.to_json(notice)), ensure_ascii=False).encode()

        headers = {IDEMPOTENCY_KEY: notice.id}

        def once() -> None:
            assert self._client is not None  # noqa: S101  (used as a context manager)
            try:
                with (
                    _unlogged(),
                    self._client.stream("POST", self._url, content=content, headers=headers) as answer,
                ):
                    said = next(answer.iter_bytes(_READ), b"")
            except httpx.TimeoutException as error:
                raise TryAgain(f"{self.shown} does not answer in time") from error
            except httpx.HTTPError as error:
                raise TryAgain(f"{self.shown} cannot be reached: {self._reason(error)}") from error
            self._judge(answer, said)

        with_retries(once, attempts=self._attempts, pause=self._pause)

    def _judge(self, answer: httpx.Response, content: bytes) -> None:
        if answer.is_success:
            return
        said = f": {text}" if (text := reply(content)) else ""
        if answer.is_redirect:
            raise NotDelivered(f"{self.shown} sends on to another address ({answer.status_code}): give that one")
        reason = f"{self.shown} answers {answer.status_code} {reply(answer.reason_phrase)}{said}"
        if answer.status_code in _AGAIN:
            wait = answer.headers.get("Retry-After", "")
            raise TryAgain(reason, float(wait) if wait.isascii() and wait.isdigit() else None)
        raise NotDelivered(reason)

    def _reason(self, error: httpx.HTTPError) -> str:
        return reply(str(error).replace(self._url, self.shown))
