"""The one e-mail address in a contact that people wrote; nothing else ever reaches a header or a mail server."""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr

_PLAIN = re.compile(r"[^\s@<>()\[\],;:\"\\\x00-\x1f\x7f]{1,64}@[^\s@<>()\[\],;:\"\\\x00-\x1f\x7f]{1,253}")


def email_address(contact: str | None) -> Address | None:
    r"""The e-mail address that a contact is; None where it is none, or more than one.

    >>> email_address("mailto:ada@jobs.example").addr_spec, email_address("Ada <ada@jobs.example>").addr_spec
    ('ada@jobs.example', 'ada@jobs.example')
    >>> email_address("#trust on Slack"), email_address("a@b.example\nBcc: c@d.example")
    (None, None)
    """
    text = (contact or "").strip().removeprefix("mailto:")
    if not text.isprintable():
        return None
    if not _PLAIN.fullmatch(text):
        named = re.fullmatch(r"[^<>@,;]*<([^<>]+)>", text)
        if named is None:
            return None
        text = parseaddr(named[1])[1]
        if not _PLAIN.fullmatch(text):
            return None
    try:
        return Address(addr_spec=text)
    except (HeaderParseError, ValueError, IndexError):
        return None
