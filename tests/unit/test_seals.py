"""Seals, signatures and keys, without a store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sample_reports import demo_report

import graphprov as gp
from graphprov import signing
from graphprov.analysis.evidence import check_seal, read_report, seal
from graphprov.analysis.report import Evidence, ImpactReport
from graphprov.errors import InvalidInput
from graphprov.report import to_json


def with_evidence() -> ImpactReport:
    report = demo_report()
    evidence = Evidence(rules_version="2", store="s", known_until=report.made_at, nodes=1, relations=2, settled=True)
    return report.model_copy(update={"evidence": evidence})


def checked(raw: dict[str, Any], key: str | None = None) -> tuple[str, str]:
    report, again = read_report(json.dumps(raw))
    return check_seal(report, again, key)


def test_a_seal_fits_what_was_sealed_and_sealing_again_is_the_same() -> None:
    sealed = seal(with_evidence())
    assert seal(sealed) == sealed
    assert checked(json.loads(to_json(sealed))) == ("fits", "none")


def test_every_single_value_of_a_report_is_under_the_seal() -> None:
    raw = json.loads(to_json(seal(with_evidence())))
    seen = 0

    def spoil(node: Any) -> None:
        nonlocal seen
        for key, value in list(node.items() if isinstance(node, dict) else enumerate(node)):
            if isinstance(value, dict | list):
                spoil(value)
            elif isinstance(value, int) and not isinstance(value, bool) and key in ("distance", "total"):
                node[key] = value + 1
                assert checked(raw)[0] == "does not fit", key
                node[key], seen = value, seen + 1

    spoil(raw)
    assert seen > 10


def test_what_is_not_sealed_says_so() -> None:
    assert checked(json.loads(to_json(with_evidence()))) == ("none", "none")
    with pytest.raises(InvalidInput, match="nothing to vouch for"):
        seal(demo_report())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<html>", "is no JSON"),
        ("[]", "is no impact report"),
        ('{"affected": [], "schema_version": "9.0"}', "schema version 9.0"),
        ('{"affected": [], "schema_version": "1.0"}', "graphprov_version: Field required"),
    ],
)
def test_what_is_no_report_is_refused_with_where_and_why(text: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        read_report(text, "x.json")


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"])
def test_a_file_that_holds_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "k").write_bytes(content)
    with pytest.raises(InvalidInput, match="holds no private key"):
        gp.sign(with_evidence(), tmp_path / "k")
    with pytest.raises(InvalidInput, match="holds no public key"):
        signing.public_key(tmp_path / "k")
    with pytest.raises(InvalidInput, match="cannot read the key"):
        gp.sign(with_evidence(), tmp_path / "missing")


def test_keys_of_other_tools_serve_and_other_kinds_do_not(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    def stored(key: Any, encryption: Any) -> Path:
        file = tmp_path / f"{len(list(tmp_path.iterdir()))}.pem"
        file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))
        return file

    ours = ed25519.Ed25519PrivateKey.generate()
    signed = gp.sign(with_evidence(), stored(ours, NoEncryption())).evidence
    assert signed is not None
    assert signed.signature is not None
    with pytest.raises(InvalidInput, match="password"):
        gp.sign(with_evidence(), stored(ours, BestAvailableEncryption(b"secret")))
    with pytest.raises(InvalidInput, match="another kind"):
        gp.sign(with_evidence(), stored(ec.generate_private_key(ec.SECP256R1()), NoEncryption()))
