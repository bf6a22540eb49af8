"""What secrets are called."""

from __future__ import annotations

import re

_TOKENS = (
    "api access auth bearer refresh session private personal deploy job id github gh gitlab hf huggingface slack vault"
    " wandb sas bot npm pypi app user webhook service registry jwt oauth csrf xsrf security client databricks dagster"
    " mlflow telegram discord openai anthropic publish upload"
).replace(" ", "|")
_KEYS = (
    "api access auth secret account storage encryption signing master private subscription shared[-_]?access kaggle"
    " wandb openai anthropic stripe sendgrid service[-_]?account license"
).replace(" ", "|")
_SECRET_NAME = re.compile(
    r".*(?:password|passwd|passphrase)s?"
    r"|(?:.*[-_.])?(?:pwd|pw|secrets?|client[-_]?secret|credentials?|token[-_]?secret|secret[-_]?token"
    r"|(?:db|mysql|pg|postgres|smtp|ftp|ssh|root|admin|user)[-_]?pass|authorization|shared[-_]?access[-_]?signature"
    rf"|(?:{_KEYS})[-_]?key(?:[-_]?(?:id[-_]?)?secret)?|(?:{_TOKENS})[-_]?token)"
    r"|token",  # alone; `pad_token` or `max_tokens` are no secrets
    re.IGNORECASE,
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
NAME_CHARACTERS = 100

BARE = frozenset({"token", "secret", "secrets", "credential", "credentials", "authorization", "pw", "pwd"})
"""Names that people also write as plain words in a sentence."""

SIGNED = re.compile(
    r"sig|signature|x-amz-(?:signature|credential|security-token)|x-goog-(?:signature|credential)|code_verifier",
    re.IGNORECASE,
)
"""Names in the query of a signed address."""

HINTS = ("pass", "pwd", "pw", "secret", "token", "key", "credential", "authoriz", "signature")
"""One of these stands in every such name, in lower case."""


def is_secret_name(name: str) -> bool:
    """Whether something of that name is likely to be a secret.

    >>> [is_secret_name(name) for name in ("password", "db_password", "API-KEY", "accessToken", "max_tokens")]
    [True, True, True, True, False]
    """
    if len(name) > NAME_CHARACTERS:
        return False
    return _SECRET_NAME.fullmatch(name) is not None or _SECRET_NAME.fullmatch(_HUMP.sub("_", name)) is not None
