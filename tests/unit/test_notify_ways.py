"""Messages out to real local servers: what arrives, what is refused, what is tried again, and what never shows."""

from __future__ import annotations

import contextlib
import email
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from notices import hostile, notice

from graphprov.errors import InvalidInput
from graphprov.notify.notice import Notice
from graphprov.notify.smtp import SmtpWay
from graphprov.notify.ways import FolderWay, NoAddress, NotDelivered, TryAgain, reply, with_retries
from graphprov.notify.webhook import IDEMPOTENCY_KEY, WebhookWay

PASSWORD = "s3cret-pa55"


class Mailbox:
    """What a mail server was sent, and how it answers: by recipient, or to the next so many messages."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, list[str], Any]] = []
        self.refuse: dict[str, str] = {}
        self.answers: list[str] = []
        self.connections = 0

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answers and (answer := self.answers.pop(0)) != "250 OK":
            return answer
        mail = email.message_from_bytes(envelope.content, policy=default)
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, mail))
        return "250 OK"


@contextlib.contextmanager
def mail_server(mailbox: Mailbox, **options: Any) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def smtp(port: int, scheme: str = "smtp", user: str = "", **options: Any) -> SmtpWay:
    fast = {"attempts": 3, "pause": 0.01, "timeout": 5.0, "sender": "ops@jobs.example"}
    return SmtpWay(f"{scheme}://{user}127.0.0.1:{port}", **{**fast, **options})


def to(address: str) -> Notice:
    told = notice()
    return told.model_copy(update={"owner": told.owner.model_copy(update={"contact": address})})


# E-mail


def test_a_mail_arrives_from_whom_and_to_whom_it_should() -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port, smtp(port) as way:
        way.send(notice(), ["first"])
        way.send(to("bob@jobs.example"), [])
        assert way.shown == f"127.0.0.1:{port}"
    (sender, recipients, mail), (_, others, _) = mailbox.mails
    assert (sender, recipients, others) == ("ops@jobs.example", ["ada@jobs.example"], ["bob@jobs.example"])
    assert mail["In-Reply-To"] == "<first@graphprov.invalid>"
    assert "antispam@9c1d04" in mail.get_body(("plain",)).get_content()
    assert mailbox.connections == 1


def test_a_hostile_name_reaches_nobody_else() -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port, smtp(port) as way:
        way.send(hostile(), [])
    ((_, recipients, mail),) = mailbox.mails
    assert recipients == ["ada@jobs.example"]
    assert mail["Bcc"] is None


def test_one_refused_recipient_does_not_keep_the_others_from_theirs() -> None:
    mailbox = Mailbox()
    mailbox.refuse["ada@jobs.example"] = "550 5.1.1 no such\x07 user"
    with mail_server(mailbox) as port, smtp(port) as way:
        with pytest.raises(NotDelivered, match=r"does not take mail for this address: 550 5.1.1 no such\\x07 user"):
            way.send(notice(), [])
        way.send(to("bob@jobs.example"), [])
    assert [mail[1] for mail in mailbox.mails] == [["bob@jobs.example"]]
    assert mailbox.connections == 1


def test_a_temporary_refusal_is_tried_again_and_a_lasting_one_is_not() -> None:
    mailbox = Mailbox()
    mailbox.answers = ["451 later", "250 OK"]
    with mail_server(mailbox) as port, smtp(port) as way:
        way.send(notice(), [])
        assert len(mailbox.mails) == 1
        mailbox.answers = ["451 later"] * 5
        with pytest.raises(NotDelivered, match=r"451 later \(tried 3 times\)"):
            way.send(notice(), [])
        mailbox.answers = ["554 spam", "250 OK"]
        with pytest.raises(NotDelivered, match="refuses the message: 554 spam"):
            way.send(notice(), [])
        assert mailbox.answers == ["250 OK"]


def test_a_broken_connection_is_opened_again() -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port, smtp(port) as way:
        way.send(notice(), [])
        assert way._server is not None
        way._server.sock.shutdown(socket.SHUT_RDWR)
        way.send(notice(), [])
    assert (len(mailbox.mails), mailbox.connections) == (2, 2)


def test_a_server_that_does_not_answer_is_tried_for_the_first_owner_alone(tmp_path: Path) -> None:
    with smtp(1, attempts=2) as way:
        with pytest.raises(NotDelivered, match=r"cannot be reached: .*tried 2 times"):
            way.send(notice(), [])
        way._attempts = 1_000_000
        with pytest.raises(NotDelivered, match="tried 2 times"):
            way.send(to("bob@jobs.example"), [])


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def encryption(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))


def authenticator(server: SMTP, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    assert isinstance(data, LoginPassword)
    return AuthResult(success=data.password == PASSWORD.encode())


@pytest.mark.usefixtures("trusted")
def test_a_server_that_offers_encryption_is_spoken_to_encrypted_and_let_in_with_a_password(
    encryption: ssl.SSLContext,
) -> None:
    mailbox = Mailbox()
    options = {
        "tls_context": encryption,
        "authenticator": authenticator,
        "auth_required": True,
        "require_starttls": True,
    }
    with mail_server(mailbox, **options) as port:
        with smtp(port, user="ada%40jobs.example@", password=PASSWORD, sender=None) as way:
            way.send(notice(), [])
        assert mailbox.mails[0][0] == "ada@jobs.example"
        with smtp(port, user=f"ada:{PASSWORD}x@") as way:
            with pytest.raises(NotDelivered, match="does not let this user in") as refused:
                way.send(notice(), [])
            assert PASSWORD not in str(refused.value)


@pytest.mark.usefixtures("trusted")
def test_tls_from_the_start(encryption: ssl.SSLContext) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox, ssl_context=encryption) as port, smtp(port, "smtps") as way:
        way.send(notice(), [])
    assert len(mailbox.mails) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused_at_once(encryption: ssl.SSLContext) -> None:
    mailbox = Mailbox()
    with (
        mail_server(mailbox, tls_context=encryption) as port,
        smtp(port) as way,
        pytest.raises(NotDelivered, match="cannot be trusted"),
    ):
        way.send(notice(), [])
    assert mailbox.mails == []


def test_no_password_goes_out_without_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphprov.notify.smtp._is_loopback", lambda host: False)
    mailbox = Mailbox()
    options = {"authenticator": authenticator, "auth_require_tls": False}
    with (
        mail_server(mailbox, **options) as port,
        smtp(port, user="ada@", password=PASSWORD) as way,
        pytest.raises(NotDelivered, match="offers no encryption, so no password is sent"),
    ):
        way.send(notice(), [])


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("smtp://", "no address of a mail server"),
        ("http://mail.example", "no address of a mail server"),
        ("mail.example:25", "no address of a mail server"),
        ("smtp://mail.example/path", "no address of a mail server"),
        (f"smtp://ada:{PASSWORD}@mail.example:99999", "port"),
        (f"smtp://ada:{PASSWORD}\u2100@mail.example", "no address of a mail server"),
        (f"smtp://ada:{PASSWORD}@[::1", "no address of a mail server"),
        ("smtp://ada@mail.example", "no password for ada at mail.example:587"),
    ],
)
def test_a_malformed_address_is_told_without_the_password(url: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message) as wrong:
        SmtpWay(url)
    assert PASSWORD not in f"{wrong.value} {wrong.value.hint} {wrong.value.nearest}"


def test_a_contact_that_is_no_address_is_told() -> None:
    way = SmtpWay("smtp://mail.example", sender="ops@jobs.example")
    with pytest.raises(NoAddress, match="no contact recorded"):
        way.address(None)
    with pytest.raises(NoAddress, match="'#trust on Slack' is not one e-mail address"):
        way.address("#trust on Slack")
    with pytest.raises(InvalidInput, match="no e-mail address"):
        SmtpWay("smtp://mail.example", sender="nobody")
    assert SmtpWay("smtps://mail.example").shown == "mail.example:465"
    assert SmtpWay("smtp://[::1]:2525").shown == "[::1]:2525"


# Webhook


class Receiver(ThreadingHTTPServer):
    """What was posted, and what is answered to the next so many."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.posts: list[tuple[dict[str, str], Any]] = []
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.silent = threading.Event()

    def url(self, path: str = "/hook/TOKEN?key=TOKEN", user: str = "") -> str:
        return f"http://{user}127.0.0.1:{self.server_port}{path}"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        receiver = self.server
        assert isinstance(receiver, Receiver)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if receiver.silent.is_set():
            receiver.silent.clear()
            self.close_connection = True
            return
        status, headers, text = receiver.answers.pop(0) if receiver.answers else (204, {}, b"")
        if status < 300:
            receiver.posts.append((dict(self.headers), json.loads(body)))
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(text))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def webhook(url: str, **options: Any) -> WebhookWay:
    return WebhookWay(url, **{"attempts": 3, "pause": 0.01, "timeout": 5.0, **options})


def test_a_post_has_the_message_and_the_key_of_it(receiver: Receiver) -> None:
    with webhook(receiver.url(user="ada:pw@")) as way:
        way.send(notice(), [])
        assert way.address(None) == f"http://127.0.0.1:{receiver.server_port}"
    ((headers, posted),) = receiver.posts
    assert headers[IDEMPOTENCY_KEY] == notice().id == posted["id"]
    assert headers["Content-Type"] == "application/json"
    assert headers["Authorization"].startswith("Basic ")
    assert posted["text"].startswith("# Incident `3f2a81`")
    assert posted["owner"]["contact"] == "ada@jobs.example"


def test_no_log_has_the_secret_in_the_address(receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"), webhook(receiver.url(user="ada:pw@")) as way:
        way.send(notice(), [])
    assert not [record for record in caplog.records if "TOKEN" in record.getMessage() or "pw" in record.getMessage()]


def test_of_a_long_answer_only_the_beginning_is_read(receiver: Receiver) -> None:
    receiver.answers = [(400, {}, b"x" * 50_000)]
    with webhook(receiver.url()) as way, pytest.raises(NotDelivered) as refused:
        way.send(notice(), [])
    assert len(str(refused.value)) < 3_000


def test_a_server_in_trouble_is_tried_again_with_the_same_key(receiver: Receiver) -> None:
    receiver.answers = [(500, {}, b""), (429, {"Retry-After": "0"}, b"")]
    with webhook(receiver.url()) as way:
        way.send(notice(), [])
        assert len(receiver.posts) == 1
        receiver.answers = [(503, {}, b"down\x1b[31m")] * 3
        with pytest.raises(NotDelivered, match=r"answers 503 Service Unavailable: down\\x1b\[31m \(tried 3 times\)"):
            way.send(notice(), [])
        receiver.silent.set()
        way.send(notice(), [])
    assert {headers[IDEMPOTENCY_KEY] for headers, _ in receiver.posts} == {notice().id}


@pytest.mark.parametrize("status", [400, 401, 404, 410, 302])
def test_a_lasting_refusal_is_not_tried_again(receiver: Receiver, status: int) -> None:
    receiver.answers = [(status, {"Location": "http://127.0.0.1:1/"}, b"go away")]
    with webhook(receiver.url()) as way, pytest.raises(NotDelivered) as refused:
        way.send(notice(), [])
    assert str(status) in str(refused.value)
    assert (receiver.answers, receiver.posts) == ([], [])


def test_nobody_there_and_no_secret_in_what_is_said(receiver: Receiver) -> None:
    with webhook("http://ada:TOKEN@127.0.0.1:1/TOKEN?TOKEN") as way, pytest.raises(NotDelivered) as away:
        way.send(notice(), [])
    assert "cannot be reached" in str(away.value)
    assert "TOKEN" not in str(away.value)
    for wrong in ("ftp://TOKEN", "http://", "http://h:99999999/TOKEN", "nothing"):
        with pytest.raises(InvalidInput) as malformed:
            WebhookWay(wrong)
        assert "TOKEN" not in str(malformed.value)


# A folder


def test_a_folder_gets_three_files_for_each_owner_and_each_message(tmp_path: Path) -> None:
    way = FolderWay(tmp_path / "out")
    with way:
        way.send(notice(), [])
        way.send(notice(), ["first"])
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        f"{stem}.{suffix}" for stem in ("ada", "ada-2") for suffix in ("md", "eml", "json")
    }
    mail = email.message_from_bytes((tmp_path / "out" / "ada-2.eml").read_bytes(), policy=default)
    assert (mail["To"], mail["In-Reply-To"]) == ("ada@jobs.example", "<first@graphprov.invalid>")


def test_owners_of_one_name_do_not_overwrite_each_other_nor_leave_the_folder(tmp_path: Path) -> None:
    way = FolderWay(tmp_path / "out" / "in")
    for id_, name in (("a", "Ada"), ("b", "ada"), ("c", "../../ada"), ("d", "🤖")):
        owner = notice().owner.model_copy(update={"id": id_, "name": name})
        way.send(notice(owner=owner), [])
    assert [path.parent for path in tmp_path.rglob("*.md")] == [tmp_path / "out" / "in"] * 4


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(NotDelivered, match="cannot be written"):
        FolderWay(tmp_path / "file").send(notice(), [])


# Trying again


def test_what_is_no_hope_is_raised_at_once_and_a_hope_after_its_last_try() -> None:
    tried: list[int] = []

    def hopeless() -> None:
        tried.append(1)
        raise NotDelivered("no")

    with pytest.raises(NotDelivered, match=r"^no$"):
        with_retries(hopeless, pause=0)
    assert len(tried) == 1

    def late() -> str:
        tried.append(1)
        if len(tried) < 3:
            raise TryAgain("later", 0)
        return "done"

    assert with_retries(late, pause=0) == "done"


def test_what_a_server_says_is_one_visible_line() -> None:
    assert reply(b"a\r\n\x1b[2Jb\xff") == "a \\x1b[2Jb�"
    assert len(reply("x" * 10_000)) < 220
