"""Keeps secrets out of what is recorded: command lines, parameters, addresses, error messages, names, paths.

All that is recorded passes `Redactor.checked` on its way into the journal, so no path can forget it. What makes an
identifier (names, reasons) passes before that, so that no digest of a secret is kept either. The record says which
fields held one (`redacted.command`), never how long it was.

The rules are tables: `names` (what secrets are called), `forms` (what tokens look like), `text` (where they stand).
detect-secrets, whose rules could be used as a library, was measured: 0.3 s to load and 1.5 ms a line, more than a whole
`run.used`. So it is the judge in the tests, not a part of the product.
"""

from graphprov.capture.redaction.command import command_line
from graphprov.capture.redaction.names import is_secret_name
from graphprov.capture.redaction.redactor import Redactor, without_credentials, without_secrets
from graphprov.capture.redaction.text import REDACTED, repository_address

__all__ = [
    "REDACTED",
    "Redactor",
    "command_line",
    "is_secret_name",
    "repository_address",
    "without_credentials",
    "without_secrets",
]
