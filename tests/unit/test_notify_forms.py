"""What owners read: complete, short, and nothing that a name could smuggle in."""

from __future__ import annotations

import json
import re
from email import message_from_bytes
from email.headerregistry import Address
from email.policy import SMTP, default

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from notices import HOSTILE, hostile, notice, thing
from syrupy.assertion import SnapshotAssertion

from graphprov.notify import forms
from graphprov.notify.email_address import email_address
from graphprov.notify.notice import Notice, mark, marks
from graphprov.notify.ways import file_stem
from graphprov.report.json_form import schema_of

SENDER = Address("graphprov", addr_spec="graphprov@jobs.example")
ADA = Address(addr_spec="ada@jobs.example")
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Graphprov-Incident", "MIME-Version",
    "Content-Type",
}  # fmt: skip


def test_the_message_as_people_read_it(snapshot: SnapshotAssertion) -> None:
    told = notice(thing(), thing("forecast@1", kind="predictions", state="superseded"))
    assert forms.to_markdown(told) == snapshot(name="markdown")
    assert forms.to_plain(told) == snapshot(name="plain")
    assert (
        forms.heading(told)
        == "Incident 3f2a81 (high): 2 of your things are affected: the deliveries list whole campuses"
    )


def test_a_later_message_says_that_these_came_on_top() -> None:
    later = notice(told_before=notice().made_at, open=5, affected=9)
    text = " ".join(forms.to_plain(later).split())
    assert "Since you were last told, on 2026-03-20: 1 model of yours is affected, too; 1 of them" in text
    assert "In all, 5 of your 9 affected things are open." in text
    assert "1 more of your things is affected" in forms.heading(later)


def test_a_long_message_lists_the_first_and_counts_all() -> None:
    many = notice(*(thing(f"m@{i:04}") for i in range(300)), new=4_000, open=4_000, affected=4_000)
    assert "and 3,900 more" in forms.to_markdown(many)
    assert forms.to_markdown(many).count("| `m@") == 100
    assert "and 3,900 more" in forms.to_plain(many)
    assert "and 3,900 more" in forms.to_html(many)


def test_the_json_form_is_as_published_and_holds_the_text() -> None:
    told = json.loads(forms.to_json(notice()))
    jsonschema.validate(told, schema_of("notice", Notice))
    assert told["text"] == forms.to_markdown(notice())
    assert Notice.model_validate(told).things == notice().things


def test_an_email_has_the_headers_it_needs_and_both_texts() -> None:
    mail = message_from_bytes(
        forms.to_email(notice(), sender=SENDER, recipient=ADA, references=["a", "b"]).as_bytes(policy=SMTP),
        policy=default,
    )
    assert mail["To"] == "ada@jobs.example"
    assert mail["From"] == "graphprov <graphprov@jobs.example>"
    assert mail["Message-ID"] == f"<{notice().id}@graphprov.invalid>"
    assert (mail["In-Reply-To"], mail["References"]) == (
        "<b@graphprov.invalid>",
        "<a@graphprov.invalid> <b@graphprov.invalid>",
    )
    parts = {part.get_content_type(): part.get_content() for part in mail.iter_parts()}
    assert parts["text/plain"].replace("\r\n", "\n") == forms.to_plain(notice())
    assert "<table" in parts["text/html"]


def test_no_name_can_add_a_header_a_tag_a_link_or_a_mention() -> None:
    told = hostile()
    raw = forms.to_email(told, sender=SENDER, recipient=ADA).as_bytes(policy=SMTP)
    mail = message_from_bytes(raw, policy=default)
    assert set(mail.keys()) == HEADERS
    assert "\n" not in mail["Subject"]
    page = html.fromstring(forms.to_html(told))
    assert not page.xpath("//script | //a | //img | //@href | //@src | //@onload")
    assert HOSTILE.partition("\r")[0] in page.text_content()
    markdown = forms.to_markdown(told)
    assert "\u202e" not in markdown
    bare = re.sub(r"(`+)sh\n.*?\n\1", "", markdown, flags=re.DOTALL)  # the commands, in blocks that nothing ends
    bare = re.sub(r"<code>[^<]*</code>|`[^`]*`", "", bare)
    assert "script" not in bare
    assert "@everyone" not in bare
    assert "\r" not in forms.to_plain(told)


@given(st.text(max_size=80))
def test_any_text_as_a_name_leaves_a_mail_whole(text: str) -> None:
    told = notice(thing(text), subjects=[text], owner=notice().owner.model_copy(update={"name": text}))
    told = told.model_copy(update={"incident": told.incident.model_copy(update={"reason": text})})
    mail = message_from_bytes(forms.to_email(told, sender=SENDER, recipient=ADA).as_bytes(policy=SMTP), policy=default)
    assert set(mail.keys()) == HEADERS
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    ("contact", "address"),
    [
        ("ada@jobs.example", "ada@jobs.example"),
        ("  ada@jobs.example ", "ada@jobs.example"),
        ("mailto:ada@jobs.example", "ada@jobs.example"),
        ("Ada Byron <ada@jobs.example>", "ada@jobs.example"),
        ('"Byron" <ada@jobs.example>', "ada@jobs.example"),
        ("müller@jobs.example", None),
        (None, None),
        ("", None),
        ("#trust on Slack", None),
        ("https://jobs.example/ada", None),
        ("ada@jobs.example, bob@jobs.example", None),
        ("ada@jobs.example; bob@jobs.example", None),
        ("ada@jobs.example\nBcc: bob@jobs.example", None),
        ("Ada\r\nBcc: x <ada@jobs.example>", None),
        ("<ada@jobs.example> <bob@jobs.example>", None),
        ("ada@", None),
        ("@jobs.example", None),
        ("a b@jobs.example", None),
        ('"a\\"b"@jobs.example', None),
    ],
)
def test_only_one_whole_address_is_an_address(contact: str | None, address: str | None) -> None:
    found = email_address(contact)
    assert (found.addr_spec if found else None) == address


@given(st.text(max_size=60))
def test_no_text_makes_an_address_that_breaks_a_header(text: str) -> None:
    found = email_address(text)
    if found is not None:
        assert found.addr_spec.isprintable()
        assert not set(found.addr_spec) & set(" ,;<>\r\n")


@given(st.text(max_size=200))
def test_a_file_is_named_in_its_folder_and_seen(text: str) -> None:
    stem = file_stem(text)
    assert "/" not in stem
    assert "\\" not in stem
    assert not stem.startswith((".", "-"))
    assert len(stem) <= 80
    assert "\0" not in stem


def test_marks_are_found_again() -> None:
    told = b"".join(map(mark, ["a", "b"]))
    assert marks(told) == {mark("a"), mark("b")}
    assert marks(b"") == set()
