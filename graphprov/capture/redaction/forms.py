r"""What tokens look like: forms that their issuers chose so that scanners find them.

After the documentation of the issuers, the plugins of detect-secrets (Apache 2) and gitleaks' table of rules (MIT).
Each form has letters that it must hold (`hint`, lower case), so that a text without any is passed over quickly. A form
is narrow enough to leave digests, identifiers and the names of models alone; entropy decides only where a secret has no
mark of its own.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Form:
    """One kind of token: what it must hold, what it looks like, and what of it is kept (the group `kept`)."""

    what: str
    hints: tuple[str, ...]
    pattern: str
    also: Callable[[str], bool] | None = None


_PRIVATE = r"[A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----"
_MIXED = r"(?=[\w-]*\d)(?=[\w-]*[A-Z])"


def _basic(value: str) -> bool:
    """Whether it is `user:password` in base64."""
    return ":" in (_decoded(value) or "")


def _decoded(value: str) -> str | None:
    try:
        return base64.b64decode(value + "=" * (-len(value) % 4), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None


def _random(value: str) -> bool:
    """Whether it looks drawn at random: many different characters of all classes, no long word, no text behind it."""
    if not (re.search(r"[a-z]", value) and re.search(r"[A-Z]", value) and re.search(r"\d", value)):
        return False
    count = Counter(value)
    entropy = -sum(n / len(value) * math.log2(n / len(value)) for n in count.values())
    return entropy >= 4.5 and not re.search(r"[a-z]{8}", value) and _decoded(value) is None


FORMS: tuple[Form, ...] = (
    Form(
        "private key",
        ("private key",),
        rf"-----BEGIN {_PRIVATE}[\s\S]*?(?:-----END {_PRIVATE}|\Z)",
    ),
    Form("PuTTY key", ("private-lines",), r"Private-Lines: *\d+[\s\S]*"),
    Form("AWS key id", ("akia", "asia", "abia", "acca", "a3t"),
         r"\b(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b"),
    Form("GitHub", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), r"\bgh[pousr]_[A-Za-z0-9_]{20,}"),
    Form("GitHub fine-grained", ("github_pat_",), r"\bgithub_pat_\w{20,}"),
    Form("GitLab", ("gl",), r"\bgl(?:pat|dt|ft|soat|rt|cbt|ptt|agent|oas|imt|ffct)-[\w.-]{16,}"),
    Form("GitLab runner", ("gr1348941",), r"\bGR1348941[\w-]{20,}"),
    Form("Slack", ("xox", "xapp-"), r"\b(?:xox[a-z][.-]|xapp-)[\w-]{10,}"),
    Form("Slack webhook", ("hooks.slack.com",),
         r"(?P<kept>\bhooks\.slack\.com/(?:services|workflows|triggers)/)[\w/+-]+"),
    Form("Discord webhook", ("/api/webhooks/",), r"(?P<kept>\bdiscord(?:app)?\.com/api/webhooks/)\d+/[\w-]+"),
    Form("Teams webhook", ("webhook.office.com",), r"(?P<kept>\bwebhook\.office\.com/)[\w@/-]+"),
    Form("Stripe", ("k_live_", "k_test_", "k_prod_"), r"\b[rs]k_(?:live|test|prod)_[A-Za-z0-9]{10,}"),
    Form("Stripe webhook", ("whsec_",), r"\bwhsec_[A-Za-z0-9+/=]{20,}"),
    Form("Google API key", ("aiza",), r"\bAIza[\w-]{35}"),
    Form("Google OAuth", ("gocspx-", "ya29."), r"\b(?:GOCSPX-|ya29\.)[\w-]{20,}"),
    Form("Azure AD", ("q~",), r"(?<![\w.~-])[\w~.]{3}\dQ~[\w~.-]{31,34}(?![\w~-])"),
    Form("OpenAI", ("t3blbkfj",), r"\bsk-[\w-]*T3BlbkFJ[\w-]*"),
    Form("OpenAI, Anthropic, OpenRouter", ("sk-",),
         rf"\bsk-(?:(?:proj|svcacct|admin|ant|or|lf)-{_MIXED}[\w-]{{20,}}|(?=[a-zA-Z]*\d)[A-Za-z0-9]{{20,}})"),
    Form("Hugging Face", ("hf_", "api_org_"),
         r"\b(?:hf|api_org)_(?=[a-z0-9]*[A-Z])(?=[A-Z0-9]*[a-z])[A-Za-z0-9]{20,}"),
    Form("npm", ("npm_",), rf"\bnpm_{_MIXED}[A-Za-z0-9]{{30,}}"),
    Form("PyPI", ("pypi-age",), r"\bpypi-AgE[\w-]{30,}"),
    Form("Twilio", ("sk",), r"\bSK[0-9a-f]{32}\b"),
    Form("SendGrid", ("sg.",), r"\bSG\.[\w-]{16,}\.[\w-]{16,}"),
    Form("Mailgun", ("key-",), r"\bkey-[0-9a-f]{32}\b"),
    Form("Mailchimp", ("-us",), r"\b[0-9a-f]{32}-us\d{1,2}\b"),
    Form("JSON web token", ("eyj",), r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}(?:\.[\w-]*){0,3}"),
    Form("encrypted JSON web token", ("eyj",), r"\beyJ[\w-]{8,}\.[\w-]*\.[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}"),
    Form("Discord bot", (".",), r"(?<![\w.-])[MNO][\w-]{23,25}\.[\w-]{6}\.(?=[\w-]*[A-Z])[\w-]{27,38}(?![\w-])"),
    Form("Telegram bot", (":aa",), r"(?<!\d)\d{8,10}:AA[\w-]{32,34}(?![\w-])"),
    Form("Databricks", ("dapi", "dose"), r"\b(?:dapi|dose)[0-9a-f]{32}(?:-\d)?\b"),
    Form("Weights & Biases", ("wandb_v1_",), r"\bwandb_v1_\w{20,}"),
    Form("Kaggle", ("kgat_",), r"\bKGAT_[A-Za-z0-9]{20,}"),
    Form("Vault", ("hvs.", "hvb.", "hvr."), r"\bhv[sbr]\.[\w-]{20,}"),
    Form("DigitalOcean", ("_v1_",), r"\bdo[opr]_v1_[0-9a-f]{40,}"),
    Form("Doppler", ("dp.",), r"\bdp\.(?:pt|st|ct|sa|scim|audit)\.(?:[\w-]+\.)?[A-Za-z0-9]{40,}"),
    Form("Grafana", ("glsa_", "glc_"), r"\bgl(?:sa|c)_[A-Za-z0-9+/_=]{32,}"),
    Form("Groq, Replicate, Perplexity, xAI", ("gsk_", "r8_", "pplx-", "xai-"),
         r"\b(?:gsk_|r8_|pplx-|xai-)[A-Za-z0-9]{32,}"),
    Form("Pinecone, LangSmith", ("pcsk_", "lsv2_"), r"\b(?:pcsk_|lsv2_(?:pt|sk)_)\w{30,}"),
    Form("Linear, Notion", ("lin_api_", "ntn_"), rf"\b(?:lin_api_|ntn_){_MIXED}[A-Za-z0-9]{{30,}}"),
    Form("Postman", ("pmak-",), r"\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
    Form("Shopify", ("shp",), r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    Form("New Relic", ("nrak-",), r"\bNRAK-[A-Z0-9]{27}"),
    Form("Sentry", ("sntry",), r"\bsntry[su]_[\w+/=-]{40,}"),
    Form("age", ("age-secret-key-1",), r"\bAGE-SECRET-KEY-1[0-9A-Z]{50,}"),
    Form("Square", ("sq0",), r"\bsq0(?:atp|csp|idp)-[\w-]{22,}"),
    Form("Alibaba", ("ltai",), rf"\bLTAI{_MIXED}[A-Za-z0-9]{{16,20}}\b"),
    Form("Terraform", (".atlasv1.",), r"\b\w{14}\.atlasv1\.[\w-]{60,}"),
    Form("cookie", ("cookie:",), r"(?P<kept>\b(?:[Ss]et-)?[Cc]ookie: *)[^\s'\"][^'\"\n]*"),
    Form("bearer token", ("bearer",), r"(?P<kept>\b[Bb]earer +)(?=[^\s'\"]*\d)[\w.~+/=-]{8,}"),
    Form("basic authentication", ("basic ",), r"(?P<kept>\b[Bb]asic +)[A-Za-z0-9+/]{8,}={0,2}",
         also=lambda found: _basic(found.split()[-1].rstrip("="))),
    Form("Azure storage key", ("==",), r"(?<![\w+/-])[A-Za-z0-9+/]{86}==(?!=)",
         also=lambda found: _random(found[:-2])),
    Form("AWS secret key", (), r"(?<![\w+/.:@-])[A-Za-z0-9/+]{40}(?![\w+/=.-])", also=_random),
)  # fmt: skip
"""The order matters where one form holds another: the private key comes first."""

COMPILED = tuple((form, re.compile(form.pattern)) for form in FORMS)
