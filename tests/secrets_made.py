"""Secrets of some fifty kinds, none of them real, made of pieces so that scanners of this repository find nothing."""

from __future__ import annotations

import base64
import random

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def _drawn(count: int, letters: str = _LETTERS, seed: int = 7) -> str:
    """Letters drawn alike in each run, with a capital and a digit among them."""
    drawn = "".join(random.Random(seed).choices(letters, k=count))
    return drawn if letters != _LETTERS else "Q7x" + drawn[3:]


def hexadecimal(count: int) -> str:
    return _drawn(count, "0123456789abcdef")


_JWT = ".".join(
    base64.urlsafe_b64encode(part).decode().rstrip("=")
    for part in (b'{"alg":"HS256","typ":"JWT"}', b'{"sub":"1234567890"}', _drawn(32).encode())
)
_KEY = "MIIEvQIBADANBgkq" + _drawn(60)

FORMED: dict[str, str] = {
    "AWS access key": "AK" + "IA" + _drawn(16, "ABCDEFGHIJKLMNOP234567"),
    "AWS secret key": "wJa1rXUtnFEMI/K7MDENG+" + _drawn(18),
    "GitHub classic": "gh" + "p_" + _drawn(36),
    "GitHub fine-grained": "github" + "_pat_" + _drawn(22) + "_" + _drawn(59),
    "GitHub app": "gh" + "s_" + _drawn(36),
    "GitLab": "gl" + "pat-" + _drawn(20),
    "Slack bot": "xo" + "xb-" + "123456789012-123456789012-" + _drawn(24),
    "Stripe": "sk" + "_live_" + _drawn(24),
    "Google API key": "AI" + "za" + _drawn(35),
    "Google OAuth": "GOC" + "SPX-" + _drawn(28),
    "Azure storage key": base64.b64encode(random.Random(3).randbytes(64)).decode(),
    "OpenAI": "sk" + "-proj-" + _drawn(20) + "T3Blbk" + "FJ" + _drawn(20),
    "OpenAI legacy": "sk" + "-" + _drawn(48),
    "Anthropic": "sk" + "-ant-api03-" + _drawn(90) + "AA",
    "Hugging Face": "h" + "f_" + _drawn(34),
    "npm": "np" + "m_" + _drawn(36),
    "PyPI": "pypi" + "-AgEIcHlwaS5vcmc" + _drawn(80),
    "Twilio key": "S" + "K" + hexadecimal(32),
    "SendGrid": "S" + "G." + _drawn(22) + "." + _drawn(43),
    "JWT": _JWT,
    "Discord bot": "M" + _drawn(23) + "." + _drawn(6) + "." + _drawn(27),
    "Telegram bot": "123456789:" + "AA" + _drawn(33),
    "Databricks": "da" + "pi" + hexadecimal(32),
    "Weights & Biases": "wandb" + "_v1_" + _drawn(40),
    "Kaggle": "KG" + "AT_" + hexadecimal(32),
    "Vault": "hv" + "s." + _drawn(24),
    "Mailgun": "key" + "-" + hexadecimal(32),
}
"""Known by their form alone, wherever they stand."""

PLACED: dict[str, tuple[str, str]] = {
    name: (before + secret + after, secret)
    for name, before, secret, after in [
        ("PEM key", "-----BEGIN RSA PRIVATE" + " KEY-----\n", _KEY, "\n-----END RSA PRIVATE" + " KEY-----"),
        ("cut PEM key", "-----BEGIN PRIVATE" + " KEY-----\n", _KEY, ""),
        ("service account", '{"type": "service_account", "private_key": "', "-----BEGIN PRIVATE" + " KEY-----\\n"
         + _KEY, '\\n-----END PRIVATE" + " KEY-----\\n", "client_email": "a@b.example"}'),
        ("Slack webhook", "https://hooks.slack" + ".com/services/", "T0123456/B0123456/" + _drawn(24), ""),
        ("bearer", "Authorization: Bearer ", "s3cr3tB3arer", ""),
        ("basic", "Authorization: Basic ", base64.b64encode(b"ada:hunter2secret").decode(), ""),
        ("basic alone", "sent Basic ", base64.b64encode(b"ada:hunter2secret").decode(), " to db.example"),
        ("PostgreSQL", "postgresql://ada:", "hunter2secret", "@db.example:5432/users?sslmode=require"),
        ("at in password", "postgresql://ada:", "hunt@er2/se#cret", "@db.example/users"),
        ("SQLAlchemy", "mysql+pymysql://ada:", "hunter2secret", "@db.example/users"),
        ("MongoDB", "mongodb+srv://ada:", "hunter2secret", "@cluster0.example.net/users"),
        ("Redis", "redis://:", "hunter2secret", "@cache.example:6379/0"),
        ("S3 with key", "s3://access:", "hunter2secret", "@bucket/users.csv"),
        ("JDBC", "jdbc:sqlserver://db.example;user=ada;password=", "hunter2secret", ";encrypt=true"),
        ("Oracle", "jdbc:oracle:thin:scott/", "hunter2secret", "@//db.example:1521/x"),
        ("ODBC", "Driver={ODBC Driver 18};Server=db;UID=ada;PWD=", "hunter2secret", ";"),
        ("ODBC braces", "Server=db;UID=ada;PWD={", "hunter;2secret", "};"),
        ("Azure connection", "AccountName=data;AccountKey=", "hunter2secret==", ";EndpointSuffix=core.windows.net"),
        ("Azure bus", "Endpoint=sb://x.example/;SharedAccessKey=", "hunter2secret=", ""),
        ("signed address", "https://x.blob.example/f?sv=1&sig=", "hunter2%2Fsecret", "&se=2"),
        ("AWS by name", "aws_secret_access_key = ", "hunter2secret", ""),
        ("Twilio by name", "TWILIO_AUTH_TOKEN=", hexadecimal(32), ""),
        ("W&B by name", "WANDB_API_KEY=", hexadecimal(40), ""),
        ("Kaggle file", '{"username":"ada","key":"', hexadecimal(32), '"}'),
        ("npmrc", "//registry.example/:_auth" + "Token=", "hunter2secret", ""),
        ("JSON", '{"db": {"password": "', "hunter2secret", '"}}'),
        ("Python", "connect(host='db', password='", "hunter2secret", "')"),
        ("option in a text", "ran train.py --db-password ", "hunter2secret", " --fast"),
        ("sentence", "the password: ", "hunter2secret", " was refused"),
    ]
}  # fmt: skip
"""Known by where they stand: a text, and the secret in it."""
