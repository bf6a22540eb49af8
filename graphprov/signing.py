"""Ed25519 keys in files, and what is signed with them (RFC 8032).

A private key is PEM (PKCS#8), as `openssl genpkey -algorithm ed25519` writes it; a public key is PEM too, or the 64
hexadecimal digits of its 32 bytes, which is how reports name the key that signed them.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from graphprov.errors import InvalidInput

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_HOW = "make one with: graphprov key new FILE"


def new_key(path: Path) -> Path:
    """Make a key pair: the private key in a file that only its owner can read, the public one beside it in `.pub`.

    Returns:
        The public key's file.

    Raises:
        InvalidInput: There is such a file already, or it cannot be written.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

    public = path.with_name(f"{path.name}.pub")
    key = Ed25519PrivateKey.generate()
    try:
        for file in (path, public):
            if file.exists():
                raise InvalidInput(f"{file} exists already: a key is never overwritten")
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    except OSError as error:
        raise InvalidInput(f"cannot write the key {path}: {error.strerror or error}") from error
    return public


def sign(path: Path, message: bytes) -> tuple[str, str]:
    """Sign a message with the private key in a file.

    Returns:
        The public key and the signature, in hexadecimal digits.

    Raises:
        InvalidInput: The file cannot be read, or holds no Ed25519 private key without a password.
    """
    key = _private(path)
    return _digits(key.public_key()), key.sign(message).hex()


def public_of(path: Path) -> str:
    """The hexadecimal digits of the public key that belongs to the private key in a file.

    Raises:
        InvalidInput: The file cannot be read, or holds no Ed25519 private key without a password.
    """
    return _digits(_private(path).public_key())


def is_signed(public_key: str, signature: str, message: bytes) -> bool:
    """Whether a signature is that of the message by the owner of the public key, both in hexadecimal digits."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key(given: str | Path) -> str:
    """The hexadecimal digits of a public key: given as such, or as the path of a PEM file.

    Raises:
        InvalidInput: It is neither.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    text = str(given)
    if len(text) == 64 and not text.strip("0123456789abcdefABCDEF"):
        return text.lower()
    try:
        key = load_pem_public_key(Path(given).read_bytes())
    except OSError as error:
        raise InvalidInput(f"cannot read the key {given}: {error.strerror or error}", hint=_HOW) from error
    except ValueError as error:
        raise InvalidInput(f"{given} holds no public key: expected PEM, such as `graphprov key new` writes") from error
    if not isinstance(key, Ed25519PublicKey):
        raise InvalidInput(f"{given} holds a key of another kind: expected Ed25519", hint=_HOW)
    return _digits(key)


def _digits(key: Ed25519PublicKey) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def _private(path: Path) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise InvalidInput(f"cannot read the key {path}: {error.strerror or error}", hint=_HOW) from error
    except TypeError as error:
        raise InvalidInput(f"the key {path} is protected by a password: expected one without") from error
    except ValueError as error:
        raise InvalidInput(f"{path} holds no private key: expected PEM (PKCS#8)", hint=_HOW) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise InvalidInput(f"{path} holds a key of another kind: expected Ed25519", hint=_HOW)
    return key
