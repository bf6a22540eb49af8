"""By e-mail, over one connection to a mail server: `smtp://user@host:port`, or `smtps://` for TLS from the start.

`smtp://` turns to TLS where the server offers it, and never sends a password without. A refusal that the server calls
temporary, and a connection that breaks, are tried again; a message keeps its Message-ID, so that a mail program shows
one even where the first try had arrived after all.
"""

from __future__ import annotations

import contextlib
import ipaddress
import smtplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from email.headerregistry import Address
from typing import Self
from urllib.parse import unquote, urlsplit

from graphprov.errors import InvalidInput
from graphprov.notify import forms
from graphprov.notify.email_address import email_address
from graphprov.notify.notice import Notice
from graphprov.notify.ways import ATTEMPTS, FIRST_PAUSE_SECONDS, NoAddress, NotDelivered, TryAgain, reply, with_retries
from graphprov.report.words import visible

TIMEOUT_SECONDS = 30.0
_PORTS = {"smtp": 25, "smtps": 465}
_SUBMISSION = 587
_EXPECTED = "expected smtp://[USER[:PASSWORD]@]HOST[:PORT] or smtps://..."


class SmtpWay:
    """One mail server, and the address that messages come from."""

    name = "smtp"
    needs_contact = True

    def __init__(
        self,
        url: str,
        *,
        password: str | None = None,
        sender: str | None = None,
        timeout: float = TIMEOUT_SECONDS,
        attempts: int = ATTEMPTS,
        pause: float = FIRST_PAUSE_SECONDS,
    ) -> None:
        """Read the address; nothing is connected yet.

        Args:
            url: `smtp://` or `smtps://`, perhaps with user and password.
            password: Where the address holds a user and no password.
            sender: Where messages come from. Default: the user, where that is an e-mail address.

        Raises:
            InvalidInput: The address or the sender is malformed; no password is ever repeated.
        """
        try:
            parts = urlsplit(url)
        except ValueError:
            raise InvalidInput(f"this is no address of a mail server: {_EXPECTED}") from None  # it holds the password
        try:
            port = parts.port
        except ValueError:
            raise InvalidInput(f"the port of the mail server is no number up to 65535: {_EXPECTED}") from None
        if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
            raise InvalidInput(f"this is no address of a mail server: {_EXPECTED}")
        self._tls = parts.scheme == "smtps"
        self._host = parts.hostname
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else password
        self._port = port or (_SUBMISSION if self._user and not self._tls else _PORTS[parts.scheme])
        if self._user and self._password is None:
            raise InvalidInput(
                f"there is no password for {visible(self._user)} at {self.shown}", hint="set GRAPHPROV_SMTP_PASSWORD"
            )
        self.sender = self._sender(sender)
        self._timeout, self._attempts, self._pause = timeout, attempts, pause
        self._server: smtplib.SMTP | None = None
        self._unreachable = False
        self._given_up: str | None = None

    @property
    def shown(self) -> str:
        """The server as messages name it, without user and password."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return visible(f"{host}:{self._port}")

    def _sender(self, given: str | None) -> Address:
        if given is not None:
            if (address := email_address(given)) is None:
                raise InvalidInput(f"the sender '{visible(given)}' is no e-mail address")
        else:
            address = (
                email_address(self._user) or email_address(f"graphprov@{socket.getfqdn()}") or forms.UNKNOWN_SENDER
            )
        return Address("graphprov", addr_spec=address.addr_spec)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._disconnect()

    def address(self, contact: str | None) -> str:
        """The e-mail address that the contact is.

        Raises:
            NoAddress: It is none.
        """
        if not contact:
            raise NoAddress("no contact recorded")
        if (address := email_address(contact)) is None:
            raise NoAddress(f"the contact '{reply(contact)}' is not one e-mail address")
        return address.addr_spec

    def send(self, notice: Notice, before: Sequence[str]) -> None:
        """Send a message to its owner.

        Raises:
            NoAddress: The owner's contact is no e-mail address.
            NotDelivered: The server did not take it.
        """
        recipient = Address(addr_spec=self.address(notice.owner.contact))
        mail = forms.to_email(notice, sender=self.sender, recipient=recipient, references=before)

        def once() -> None:
            with self._explained():
                server = self._connected()
                server.send_message(mail, self.sender.addr_spec, [recipient.addr_spec])

        if self._given_up is not None:
            raise NotDelivered(self._given_up)
        try:
            with_retries(once, attempts=self._attempts, pause=self._pause)
        except NotDelivered as error:
            if self._unreachable:  # the server itself is the trouble: no need to try it for every owner
                self._given_up = str(error)
            raise

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            self._unreachable = True
            context = ssl.create_default_context()
            server: smtplib.SMTP
            if self._tls:
                server = smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=context)
            else:
                server = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
            try:
                self._introduce(server, context)
            except BaseException:
                server.close()
                raise
            self._server, self._unreachable = server, False
        return self._server

    def _introduce(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        server.ehlo_or_helo_if_needed()
        encrypted = self._tls
        if not encrypted and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
            encrypted = True
        if self._user and self._password is not None:
            if not encrypted and not _is_loopback(self._host):
                raise NotDelivered(f"{self.shown} offers no encryption, so no password is sent: use smtps://")
            try:
                server.login(self._user, self._password)
            except smtplib.SMTPServerDisconnected as error:  # a wrong password is not tried again and again
                raise NotDelivered(f"{self.shown} does not let this user in: it broke the connection") from error

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what can go wrong into a reason that people understand; after a broken connection the next is new."""
        try:
            yield
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            self._reset()
            raise self._refused("does not take mail for this address", code, said) from error
        except smtplib.SMTPAuthenticationError as error:
            self._disconnect()
            raise NotDelivered(f"{self.shown} does not let this user in ({error.smtp_code})") from error
        except smtplib.SMTPServerDisconnected as error:
            self._disconnect()
            raise TryAgain(f"{self.shown} broke the connection") from error
        except smtplib.SMTPResponseException as error:
            self._reset()
            raise self._refused("refuses the message", error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPNotSupportedError as error:
            self._reset()
            raise NotDelivered(f"{self.shown} cannot do what this needs: {reply(str(error))}") from error
        except ssl.SSLError as error:
            self._disconnect()
            why = getattr(error, "verify_message", "") or error.reason or str(error)
            raise NotDelivered(f"the encryption of {self.shown} cannot be trusted: {reply(str(why))}") from error
        except (OSError, smtplib.SMTPException) as error:
            self._disconnect()
            why = "no answer in time" if isinstance(error, TimeoutError) else getattr(error, "strerror", None) or error
            raise TryAgain(f"the mail server {self.shown} cannot be reached: {reply(str(why))}") from error

    def _refused(self, what: str, code: int, said: str | bytes) -> Exception:
        reason = f"{self.shown} {what}: {code} {reply(said)}"
        return TryAgain(reason) if 400 <= code < 500 else NotDelivered(reason)

    def _reset(self) -> None:
        """Leave what was begun, so that the connection serves the next owner; a broken one is given up."""
        try:
            if self._server is not None:
                self._server.rset()
        except (OSError, smtplib.SMTPException):
            self._disconnect()

    def _disconnect(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
