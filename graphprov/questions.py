"""The named questions: every file under `cypher/` that a person may ask, with what its header says.

A file's header is made of comments, which Neo4j ignores, so that the text runs unchanged here and in Neo4j Browser:

    // title:   the question, as one would ask it
    // answers: what comes back, over as many lines as it takes
    // param:   name  type  description, with "or null" where it may be left out   e.g. a Cypher literal
    // column:  name type, name type
    // browser: :param name => value          (what to type in Neo4j Browser before pasting the file)
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rapidfuzz import fuzz, process

from graphprov.errors import AmbiguousReference, InvalidInput, UnknownReference
from graphprov.model.metadata import as_utc
from graphprov.model.times import parse_time
from graphprov.model.vocabulary import Element

__all__ = ["Column", "NamedQuery", "Param", "bind", "cypher_root", "load", "named_queries", "parse"]

NOT_QUESTIONS = ("schema", "store")
"""Folders of `cypher/` that hold graphprov's own work, not questions."""

PARAM_TYPES = ("string", "integer", "float", "boolean", "datetime", "list of string")
COLUMN_TYPES = (*PARAM_TYPES, "list", "any", "node", "relationship")

_LINE = re.compile(r"// (title|answers|param|column|browser): +(.*\S)")
_MORE = re.compile(r"//  +(.*\S)")
_PARAM = re.compile(rf"(\w+) +({'|'.join(PARAM_TYPES)}) +(.*?)(?: +e\.g\. (.+))?")
_COLUMN = re.compile(rf"(\w+) ({'|'.join(sorted(COLUMN_TYPES, key=len, reverse=True))})")
_REFERS = re.compile(r"id or name of (?:an?|the) (.*)")
_INT64 = range(-(2**63), 2**63)
_NEAREST = 3

# Which of PROV's three types a parameter means, by the words of its description.
_ELEMENT_WORDS: dict[str, Element] = {
    "artifact": Element.ENTITY,
    "version": Element.ENTITY,
    "run": Element.ACTIVITY,
    "source": Element.AGENT,
    "DataSource": Element.AGENT,
    "person": Element.AGENT,
    "agent": Element.AGENT,
}


@dataclass(frozen=True)
class Param:
    """One parameter of a question.

    Attributes:
        name: As it stands in the Cypher, without the dollar sign.
        type: One of `PARAM_TYPES`.
        description: What it is, for a person.
        example: A Cypher literal, or None.
        optional: May be left out; it is null then.
        elements: What it may refer to, where it is the id or name of something; else empty.
    """

    name: str
    type: str
    description: str
    example: str | None
    optional: bool
    elements: tuple[Element, ...]


@dataclass(frozen=True)
class Column:
    """One column of an answer: its name, and its type as `COLUMN_TYPES` has it."""

    name: str
    type: str


@dataclass(frozen=True)
class NamedQuery:
    """One question: its name (`folder/file`), what its header says, and the whole text of its file.

    Attributes:
        name: Folder and file name, such as `impact/predictions_depending_on`.
        title: The question, as one would ask it.
        answers: What comes back.
        params: In the order of the header.
        columns: In the order of the answer.
        browser: The lines to type in Neo4j Browser before pasting the text.
        text: The file as it is, header included.
    """

    name: str
    title: str
    answers: str
    params: tuple[Param, ...]
    columns: tuple[Column, ...]
    browser: tuple[str, ...]
    text: str

    @property
    def folder(self) -> str:
        """The topic: the part of the name before the slash."""
        return self.name.rpartition("/")[0]

    @property
    def short(self) -> str:
        """The part of the name after the slash, which is enough to ask it."""
        return self.name.rpartition("/")[2]


def parse(name: str, text: str) -> NamedQuery:
    r"""Read the header of a file.

    Raises:
        ValueError: The header is not as it should be; says where and what was expected.

    >>> header = ["title:   Who?", "answers: All.", "param:   n  integer  how many, or null", "column:  id string"]
    >>> query = parse("people/who", "\n".join(f"// {line}" for line in header))
    >>> query.title, query.params[0].optional, query.columns
    ('Who?', True, (Column(name='id', type='string'),))
    """
    found: dict[str, list[str]] = {"title": [], "answers": [], "param": [], "column": [], "browser": []}
    last: list[str] | None = None
    for line in text.splitlines():
        if match := _LINE.fullmatch(line.rstrip()):
            last = found[match[1]]
            last.append(match[2])
        elif last and (match := _MORE.fullmatch(line.rstrip())):
            last[-1] += " " + match[1]
        else:
            break  # the header ends where the Cypher begins
    for key in ("title", "answers", "column"):
        if len(found[key]) != 1:
            raise ValueError(f"cypher/{name}.cypher: expected one line '// {key}: ...', found {len(found[key])}")
    params = tuple(_param(name, line) for line in found["param"])
    columns = tuple(_column(name, part.strip()) for part in found["column"][0].split(","))
    return NamedQuery(name, found["title"][0], found["answers"][0], params, columns, tuple(found["browser"]), text)


def _param(name: str, line: str) -> Param:
    match = _PARAM.fullmatch(line)
    if match is None:
        raise ValueError(f"cypher/{name}.cypher: expected '// param: NAME TYPE DESCRIPTION [e.g. VALUE]', not '{line}'")
    refers = _REFERS.match(match[3])
    words = re.findall(r"\w+", refers[1]) if refers else []
    elements = {_ELEMENT_WORDS[word] for word in words if word in _ELEMENT_WORDS}
    return Param(match[1], match[2], match[3], match[4], "or null" in match[3], tuple(sorted(elements)))


def _column(name: str, part: str) -> Column:
    match = _COLUMN.fullmatch(part)
    if match is None:
        raise ValueError(f"cypher/{name}.cypher: expected a column as 'NAME TYPE', not '{part}'")
    return Column(match[1], match[2])


@functools.cache
def cypher_root() -> Path:
    """The folder of Cypher files: inside the package where it is installed, beside it in a checkout."""
    package = Path(__file__).resolve().parent
    shipped = package / "cypher"
    return shipped if shipped.is_dir() else package.parent / "cypher"


@functools.cache
def named_queries() -> Mapping[str, NamedQuery]:
    """Every question by name, in the order of folder and name."""
    root = cypher_root()
    names = sorted(_names(root.rglob("*.cypher"), root))
    return MappingProxyType(
        {name: parse(name, (root / f"{name}.cypher").read_text(encoding="utf-8")) for name in names}
    )


def _names(paths: Iterable[Path], root: Path) -> Iterable[str]:
    for path in paths:
        name = path.relative_to(root).with_suffix("").as_posix()
        if name.partition("/")[0] not in NOT_QUESTIONS:
            yield name


def load(name: str) -> NamedQuery:
    """The question of that name; the part after the slash is enough.

    Raises:
        UnknownReference: No question has that name; `nearest` has those called nearly so.
        AmbiguousReference: Two folders have one of that name; `nearest` has both.

    >>> load("predictions-depending-on").name
    'impact/predictions_depending_on'
    """
    questions = named_queries()
    wanted = name.strip().removesuffix(".cypher").replace("-", "_")
    if wanted in questions:
        return questions[wanted]
    short = [question for question in questions.values() if question.short == wanted]
    if len(short) == 1:
        return short[0]
    if short:
        raise AmbiguousReference(f"'{name}' could be several questions", nearest=[q.name for q in short])
    spoken = wanted.replace("_", " ")
    scores = {
        question.name: max(fuzz.WRatio(spoken, question.short), fuzz.token_set_ratio(spoken, question.title))
        for question in questions.values()
    }
    nearest = sorted(scores, key=lambda key: (-scores[key], key))[:_NEAREST]
    raise UnknownReference(f"no question is called '{name}'", nearest=nearest, hint="graphprov queries")


def bind(query: NamedQuery, given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a query from what was given: texts as a person types them, or values of the right type.

    What is left out is null where the header says "or null". A time may be partial (`2026-03`) and is UTC without a
    zone; a list of strings is separated by commas, or a JSON list.

    Raises:
        InvalidInput: A parameter is unknown, missing, or not of its type.

    >>> bound = bind(load("predictions_depending_on"), {"source": "acme", "since": "2026-03"})
    >>> bound["since"].isoformat(), bound["until"]
    ('2026-03-01T00:00:00+00:00', None)
    """
    names = [param.name for param in query.params]
    if unknown := [name for name in given if name not in names]:
        expected = f"expected {', '.join(names)}" if names else "it has none"
        nearest = [name for name, _, _ in process.extract(unknown[0], names, limit=1, score_cutoff=60)]
        raise InvalidInput(
            f"the question '{query.short}' has no parameter '{unknown[0]}': {expected}",
            nearest=nearest,
            hint=f"graphprov queries show {query.short}",
        )
    return {param.name: _value(query, param, given.get(param.name)) for param in query.params}


def _value(query: NamedQuery, param: Param, given: Any) -> Any:
    if given is None or (isinstance(given, str) and not given.strip()):
        if param.optional:
            return None
        example = f"-p {param.name}={_plain(param.example)}" if param.example else f"-p {param.name}=..."
        raise InvalidInput(
            f"the question '{query.short}' needs the parameter '{param.name}': {param.description}",
            hint=f"graphprov query {query.short} {example}",
        )
    if isinstance(given, str) and given.strip() == "null" and param.optional and "string" not in param.type:
        return None
    try:
        value = _READ[param.type](given)
    except (ValueError, TypeError) as error:
        raise InvalidInput(
            f"the parameter '{param.name}' of '{query.short}' cannot be {given!r}: expected {_EXPECTED[param.type]}"
        ) from error
    except InvalidInput as error:
        raise InvalidInput(f"the parameter '{param.name}' of '{query.short}': {error.message}") from error
    if param.name == "limit" and value < 1:
        raise InvalidInput(f"the parameter 'limit' of '{query.short}' cannot be {value}: expected 1 or more")
    return value


def _plain(literal: str) -> str:
    """A Cypher literal as one types it on a command line.

    >>> _plain('datetime("2026-03-01T00:00Z")'), _plain('["factory", "line"]')
    ('2026-03-01T00:00Z', 'factory,line')
    """
    if match := re.fullmatch(r'datetime\("(.*)"\)', literal):
        return match[1]
    if literal.startswith("["):
        return ",".join(json.loads(literal))
    return literal.strip('"')


def _string(given: Any) -> str:
    if not isinstance(given, str):
        raise TypeError
    return given


def _integer(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int | str):
        raise TypeError
    value = int(given)
    if value not in _INT64:
        raise ValueError
    return value


def _float(given: Any) -> float:
    if isinstance(given, bool):
        raise TypeError
    return float(given)


def _boolean(given: Any) -> bool:
    if isinstance(given, bool):
        return given
    words = {"true": True, "yes": True, "false": False, "no": False}
    if str(given).lower() not in words:
        raise ValueError
    return words[str(given).lower()]


def _datetime(given: Any) -> datetime:
    if isinstance(given, datetime):
        return as_utc(given)
    if not isinstance(given, str):
        raise TypeError
    return parse_time(given)


def _strings(given: Any) -> list[str]:
    if isinstance(given, str):
        typed = given.strip()
        given = json.loads(typed) if typed.startswith("[") else [part.strip() for part in typed.split(",")]
    if not given or not all(isinstance(item, str) and item for item in given):
        raise ValueError
    return list(given)


_READ: dict[str, Any] = {
    "string": _string,
    "integer": _integer,
    "float": _float,
    "boolean": _boolean,
    "datetime": _datetime,
    "list of string": _strings,
}
_EXPECTED = {
    "string": "text",
    "integer": "a whole number of 64 bits",
    "float": "a number",
    "boolean": "true or false",
    "datetime": "a time, such as 2026-03 or 2026-03-01T09:30Z",
    "list of string": "texts separated by commas, or a JSON list of texts",
}
