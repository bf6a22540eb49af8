"""The formats of PROV documents as one table, how to tell them apart, and one way in and out for all of them.

What a document holds decides before what its file is called: `provenance.json` may hold JSON-LD. Each reader and writer
is imported when it is first needed, since some of them stand on large libraries.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import PurePath
from typing import BinaryIO

from graphprov.documents.names import Prefixes
from graphprov.documents.statements import Bundle, DocumentError, Extension, Item, Statement, Value
from graphprov.documents.terms import RDF, TERMS
from graphprov.errors import GraphprovError, InvalidInput

HEAD = 64 * 1024
"""Bytes at the start of a document that `detect` wants to see; fewer will do."""

Bad = Callable[[DocumentError], None]
"""Called with each statement that cannot be read, where a reader is asked to go on."""


class Format(StrEnum):
    """A format of PROV documents, by the name that `--format` takes."""

    provn = "provn"
    json = "json"
    xml = "xml"
    turtle = "turtle"
    trig = "trig"
    rdfxml = "rdfxml"
    jsonld = "jsonld"
    ntriples = "ntriples"
    nquads = "nquads"


@dataclass(frozen=True)
class Description:
    """What is known of a format.

    Attributes:
        title: What people call it.
        suffixes: Endings of file names, the usual one first.
        media_types: As in HTTP's Content-Type, the registered one first.
        names: What else people type for `--format`.
    """

    title: str
    suffixes: tuple[str, ...]
    media_types: tuple[str, ...]
    names: tuple[str, ...] = ()


FORMATS: dict[Format, Description] = {
    Format.provn: Description("PROV-N", (".provn", ".pn", ".asn"), ("text/provenance-notation",), ("prov-n", "pn")),
    Format.json: Description(
        "PROV-JSON", (".json", ".provjson"), ("application/json", "application/provenance+json"), ("prov-json",)
    ),
    Format.xml: Description(
        "PROV-XML",
        (".xml", ".provx", ".provxml"),
        ("application/provenance+xml", "application/xml", "text/xml"),
        ("prov-xml", "provx"),
    ),
    Format.turtle: Description("Turtle", (".ttl", ".turtle"), ("text/turtle",), ("ttl",)),
    Format.trig: Description("TriG", (".trig",), ("application/trig",)),
    Format.rdfxml: Description("RDF/XML", (".rdf", ".owl", ".rdfxml"), ("application/rdf+xml",), ("rdf", "rdf/xml")),
    Format.jsonld: Description("JSON-LD", (".jsonld",), ("application/ld+json",), ("json-ld",)),
    Format.ntriples: Description("N-Triples", (".nt", ".ntriples"), ("application/n-triples",), ("nt", "n-triples")),
    Format.nquads: Description("N-Quads", (".nq", ".nquads"), ("application/n-quads",), ("nq", "n-quads")),
}
"""Each format, in the order in which messages list them."""

_BY_SUFFIX = {suffix: found for found, known in FORMATS.items() for suffix in known.suffixes}
_BY_NAME = {name: found for found, known in FORMATS.items() for name in (found.value, *known.names)}

_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_PROLOG = re.compile(
    r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?:[^\[>]++|\[[^\]]*+\])*+>|//[^\n]*|/\*.*?\*/|\#[^\n]*)*", re.DOTALL
)
_PROVN = re.compile(rf"(?:document|endDocument|bundle)\b|(?:{'|'.join(TERMS)})\s*\(")
_DIRECTIVE = re.compile(r"@(?:prefix|base)\b|(?:prefix\s+[^\s<>]*:|base)\s*<", re.IGNORECASE)
_ROOT = re.compile(r"<(?:[^\s<>/:]+:)?([^\s<>/:]+)(\s[^<>]*)?/?>?")
_XML = re.compile(r"<[^<>]*\sxmlns|<[\w.-]+(?::[\w.-]+)?[^<>]*>.*</[\w.-]+(?::[\w.-]+)?\s*>", re.DOTALL)
_IRI = r'<[^<>"{}|^`\\\x00-\x20]*>'
_SUBJECT = rf"(?:{_IRI}|_:[^\s<>\"]+)"
_OBJECT = rf'(?:{_SUBJECT}|"(?:[^"\\\n]|\\.)*"(?:\^\^{_IRI}|@[\w-]+)?)'
_LINE = re.compile(rf"\s*(?:{_SUBJECT}\s*{_IRI}\s*{_OBJECT}\s*({_SUBJECT}\s*)?\.\s*)?(?:#.*)?")
_TRIPLE = re.compile(rf"(?:{_SUBJECT}|[\w.-]*:[^\s<>]*)\s*(?:{_IRI}|[\w.-]*:\S+|a\s)|[\[(]")
_NOT_SYNTAX = re.compile(
    rf'"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|{_IRI}|\#[^\n]*',
    re.DOTALL,
)
# A string that the head cuts off is a token too: else each of its escaped quotes would be tried as a start.
_JSON_TOKEN = re.compile(r'"((?:[^"\\]++|\\.)*+)(?:"(\s*:)?|\\?\Z)|[{}\[\]]', re.DOTALL)
_PROVJSON_KEYS = frozenset({*TERMS, "prefix", "bundle"})


class NotCarried(InvalidInput):
    """A format has no place for what is to be written; the message names the formats that have.

    Args:
        what: The statement, as `told` names it.
        written: The format that cannot carry it.
        why: What stands in the way.
        carried_by: The formats that can.
    """

    def __init__(self, what: str, written: Format, why: str, carried_by: Iterable[Format]) -> None:
        able = ", ".join(FORMATS[known].title for known in carried_by)
        super().__init__(
            f"{FORMATS[written].title} cannot carry {what}: {why}",
            hint=f"it can be written as {able}" if able else None,
        )


_SHOWN, _SHOWN_NAMES = 80, 4
"""Characters of a name, and names of a statement, that a message shows."""


def told(item: Item) -> str:
    """A statement in few words, for a message."""
    if isinstance(item, Statement | Extension):
        keyword = item.term.keyword if isinstance(item, Statement) else f"the extension <{item.name}>"
        inside = "" if item.bundle is None else f" in the bundle <{item.bundle}>"
        names = item.arguments if item.identifier is None else (item.identifier,)
        texts = ["-" if name is None else name.text if isinstance(name, Value) else name for name in names]
        shown = ", ".join(text[:_SHOWN] for text in texts[:_SHOWN_NAMES])
        return f"{keyword}({shown}{', ...' if len(texts) > _SHOWN_NAMES else ''}){inside}"
    return f"the bundle <{item.identifier}>" if isinstance(item, Bundle) else f"the prefix '{item.prefix}'"


def format_named(name: str) -> Format:
    """The format that a person names, such as `turtle`, `ttl` or `PROV-N`.

    Raises:
        InvalidInput: There is no such format; lists those that there are.
    """
    typed = name.strip().lower()
    if typed not in _BY_NAME:
        raise InvalidInput(
            f"'{name}' is no format of PROV documents: expected one of {', '.join(Format)}",
            nearest=get_close_matches(typed, _BY_NAME, n=3),
        )
    return _BY_NAME[typed]


def format_of_suffix(name: str) -> Format | None:
    """The format that the ending of a file's name stands for, or None.

    >>> format_of_suffix("run-7.PROVN")
    <Format.provn: 'provn'>
    """
    return _BY_SUFFIX.get(PurePath(name).suffix.lower())


def detect(head: bytes, name: str | None = None) -> Format:
    """The format of a document, from how it begins and, where that does not decide, from the name of its file.

    Args:
        head: The first bytes, `HEAD` of them where there are as many.
        name: What the file is called, for its suffix and for the message.

    Raises:
        DocumentError: Neither tells; lists the formats that are known.
    """
    text = _decoded(head)
    body = text[_end(_PROLOG, text) :]
    suffix = None if name is None else format_of_suffix(name)
    found = _from_content(text, body, suffix) or suffix
    if found is None:
        shown = f"it begins with {body[:40].splitlines()[0]!r}" if body.strip() else "it is empty"
        known = ", ".join(f"{known.title} ({known.suffixes[0]})" for known in FORMATS.values())
        raise DocumentError(f"no format of PROV documents: {shown}; known are {known}", file=name or "<stream>")
    return found


def _decoded(head: bytes) -> str:
    for bom, encoding in _BOMS.items():
        if head.startswith(bom):
            return head[len(bom) :].decode(encoding, "replace")
    return head.decode("utf-8", "replace")


def _end(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.match(text)
    return match.end() if match else 0


def _from_content(text: str, body: str, suffix: Format | None) -> Format | None:
    """What the text is; `body` is the text behind its prolog and comments. A suffix settles what both may be."""
    if _PROVN.match(body):
        return Format.provn
    if _DIRECTIVE.match(body):
        return _turtle_family(body, suffix)
    if re.match(r'\{\s*(?:["}]|\Z)|\[\s*(?:\{\s*"|\]\s*\Z)', body):
        return _json_family(body, suffix)
    if text.lstrip().startswith(("<?xml", "<!")) or _XML.match(body):
        return _xml_family(body)
    if found := _line_format(body):
        return found
    if _TRIPLE.match(body) or re.match(rf"(?i:graph\b\s*)?{_SUBJECT}?\s*\{{", body):
        return _turtle_family(body, suffix)
    return Format.xml if _ROOT.match(body) else None


def _json_family(body: str, suffix: Format | None) -> Format:
    depth = 0
    for match in _JSON_TOKEN.finditer(body):
        key, colon = match[1], match[2]
        if key is None:
            depth += 1 if match[0] in "{[" else -1
        elif key.startswith("@") and colon:
            return Format.jsonld
        elif depth == 1 and colon and key in _PROVJSON_KEYS:
            return Format.json
    return suffix if suffix is Format.jsonld else Format.json


def _xml_family(body: str) -> Format:
    root = _ROOT.match(body)
    if root is None:
        return Format.xml
    name, attributes = root[1], root[2] or ""
    # RDF/XML may do without its root, where it describes one node (RDF/XML 2.6).
    is_rdf = name == "RDF" or (RDF in attributes and re.search(r"\s[\w.-]+:(?:about|ID|nodeID)\s*=", attributes))
    return Format.rdfxml if is_rdf else Format.xml


def _turtle_family(body: str, suffix: Format | None) -> Format:
    if suffix is Format.trig or "{" in _NOT_SYNTAX.sub(" ", body):
        return Format.trig
    return Format.turtle


def _line_format(body: str) -> Format | None:
    """N-Triples or N-Quads, where every whole line is one of theirs; a line that the head cuts off is not looked at."""
    lines = body.split("\n")
    matches = [_LINE.fullmatch(line) for line in (lines[:-1] or lines)]
    if not body.strip() or not all(matches):
        return None
    return Format.nquads if any(match and match[1] for match in matches) else Format.ntriples


def read_document(
    stream: BinaryIO,
    *,
    file: str,
    format: Format | None = None,  # noqa: A002 - the word that a caller expects, as in `--format`
    bad: Bad | None = None,
) -> Iterator[Item]:
    """Read a PROV document of any format, statement by statement.

    Args:
        stream: Seekable, at its start.
        file: What messages call it.
        format: Which format it is in; without it, `detect` tells.
        bad: Called with each statement that cannot be read, and the rest is read. What makes the rest unreadable (a
            JSON text that ends in the middle) is raised all the same.

    Raises:
        DocumentError: It cannot be read, whatever library found that out.
    """
    found = format
    try:
        if found is None:
            start = stream.tell()
            found = detect(stream.read(HEAD), file)
            stream.seek(start)
        yield from _reader(found, stream, file, bad)
    except GraphprovError:
        raise
    except Exception as error:
        title = FORMATS[found].title if found else "PROV document"
        reason = str(error).strip() or type(error).__name__
        raise DocumentError(f"cannot be read as {title}: {reason}", file=file) from error


def _reader(found: Format, stream: BinaryIO, file: str, bad: Bad | None) -> Iterator[Item]:
    match found:
        case Format.provn:
            from graphprov.documents.provn_reader import read_provn

            return read_provn(stream, file=file, bad=bad)
        case Format.json:
            from graphprov.documents.provjson_reader import read_provjson

            return read_provjson(stream, file=file, bad=bad)
        case Format.xml:
            from graphprov.documents.provxml_reader import read_provxml

            return read_provxml(stream, file=file, bad=bad)
        case _:
            from graphprov.documents.provo_reader import read_provo

            return read_provo(stream, file=file, format=found, bad=bad)


def write_document(
    items: Iterable[Item],
    stream: BinaryIO,
    format: Format,  # noqa: A002 - the word that a caller expects, as in `--format`
    prefixes: Prefixes,
) -> None:
    """Write a document in any format; the same items give the same bytes.

    Args:
        items: In canonical order: what is at the top, then each bundle followed by what it holds.
        stream: Left open.
        format: Which format.
        prefixes: Made from every name that the items hold.

    Raises:
        GraphprovError: The format cannot carry a statement; names it and the formats that can.
    """
    match format:
        case Format.provn:
            from graphprov.documents.provn_writer import write_provn

            _as_text(stream, lambda text: write_provn(items, text, prefixes))
        case Format.json:
            from graphprov.documents.provjson_writer import write_provjson

            _as_text(stream, lambda text: write_provjson(items, text, prefixes))
        case Format.xml:
            from graphprov.documents.provxml_writer import write_provxml

            write_provxml(items, stream, prefixes)
        case _:
            from graphprov.documents.provo_writer import write_provo

            write_provo(items, stream, format, prefixes)


def _as_text(stream: BinaryIO, write: Callable[[io.TextIOWrapper], None]) -> None:
    """Let `write` write UTF-8 with plain line ends, and leave the stream open."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="\n", write_through=False)
    try:
        write(text)
    finally:
        text.detach()
