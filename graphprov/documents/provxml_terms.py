"""What PROV-XML (W3C Note of 30 April 2013) calls things, for its reader and its writer."""

from __future__ import annotations

import re

from graphprov.documents.terms import LABEL, LOCATION, PROV, ROLE, TERMS, TYPE, VALUE, XSD, XSI, Term

XML = "http://www.w3.org/XML/1998/namespace"
XMLNS = "http://www.w3.org/2000/xmlns/"

XSD_IN_XML = XSD.rstrip("#")
"""The namespace of XML Schema as XML writes it; elsewhere in PROV it ends with `#`."""

OF_PROV = f"{{{PROV}}}"
"""How the tag of an element of PROV starts."""
ID, REF, XSI_TYPE, XML_LANG = f"{OF_PROV}id", f"{OF_PROV}ref", f"{{{XSI}}}type", f"{{{XML}}}lang"
DOCUMENT, BUNDLE_CONTENT, BUNDLE, OTHER = (
    OF_PROV + local for local in ("document", "bundleContent", "bundle", "other")
)

SUBTYPES: dict[str, tuple[str, str]] = {
    "wasRevisionOf": ("wasDerivedFrom", "Revision"),
    "wasQuotedFrom": ("wasDerivedFrom", "Quotation"),
    "hadPrimarySource": ("wasDerivedFrom", "PrimarySource"),
    "person": ("agent", "Person"),
    "organization": ("agent", "Organization"),
    "softwareAgent": ("agent", "SoftwareAgent"),
    "plan": ("entity", "Plan"),
    "bundle": ("entity", "Bundle"),
    "collection": ("entity", "Collection"),
    "emptyCollection": ("entity", "EmptyCollection"),
    "dictionary": ("entity", "Dictionary"),
    "emptyDictionary": ("entity", "EmptyDictionary"),
}
"""Elements that stand for a component with a type: its keyword, and the type in the PROV namespace."""

ELEMENTS: dict[str, tuple[Term, str | None]] = {
    **{keyword: (term, None) for keyword, term in TERMS.items()},
    **{local: (TERMS[keyword], PROV + type_) for local, (keyword, type_) in SUBTYPES.items()},
}
"""Each element that makes a statement, by its local name: the component and the type that it adds."""

ATTRIBUTE_ORDER: dict[str, int] = {name: place for place, name in enumerate((LABEL, LOCATION, ROLE, TYPE, VALUE))}
"""PROV's own attributes in the order in which the schema wants them; all others follow."""

# XML 1.0 (fifth edition) 2.3, without the colon.
_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_INNER = rf"{_START}0-9.\u00b7\u0300-\u036f\u203f\u2040-"
_TO_ESCAPE = re.compile(rf"^[^{_START}]|[^{_INNER}]|_(?=x[0-9A-F]{{4}}(?:[0-9A-F]{{4}})?(?:_|[^{_INNER}]))")
_ESCAPE = re.compile(r"_x([0-9A-F]{4}(?:[0-9A-F]{4})?)_")


def escape(local: str) -> str:
    """The local part of an attribute's name as XML allows it: `_x0020_` for a space, as `prov` writes it.

    >>> escape("two words"), escape("_x0020_")
    ('two_x0020_words', '_x005F_x0020_')
    """
    return _TO_ESCAPE.sub(_escaped, local)


def _escaped(match: re.Match[str]) -> str:
    point = ord(match[0])
    return f"_x{point:04X}_" if point <= 0xFFFF else f"_x{point:08X}_"


def unescape(local: str) -> str:
    """Undo `escape`.

    >>> unescape("two_x0020_words"), unescape(escape("_x0020_"))
    ('two words', '_x0020_')
    """
    return _ESCAPE.sub(_unescaped, local) if "_x" in local else local


def _unescaped(match: re.Match[str]) -> str:
    point = int(match[1], 16)
    # What no character has as its number was not written by `escape`.
    return match[0] if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF else chr(point)
