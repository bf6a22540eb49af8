"""Judges a document: each instance in it on its own (PROV-CONSTRAINTS 7.2), constraint by constraint."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from graphprov.constraints import impossible, ordering, timing, uniqueness
from graphprov.constraints.events import Events
from graphprov.constraints.judgement import Judgement, Suspicion, Violation
from graphprov.constraints.normal import Instance
from graphprov.constraints.objects import Objects
from graphprov.constraints.order import Order
from graphprov.constraints.rules import RULES
from graphprov.constraints.words import Names, Words
from graphprov.documents.statements import Bundle, Document, Statement


def validate(document: Document, *, bundles: Sequence[Bundle] = ()) -> Judgement:
    """Whether a document describes something that can have happened, and if not, why.

    The top of the document and each bundle are judged one by one, after the recommendation: expansion, uniqueness with
    merging, event ordering, typing, impossibility. Takes time in proportion to the statements (about 100,000 in two
    seconds).

    Args:
        document: What a reader of `graphprov.documents` made. Extensions are not judged.
        bundles: Each bundle as often as the document opened it, where the reader tells; two with one identifier are a
            violation, which `document` itself cannot show.

    >>> from graphprov.documents.terms import TERMS
    >>> made = Statement(TERMS["wasDerivedFrom"], None, ("ex:e", "ex:e", None, None, None))
    >>> judgement = validate(Document(statements=[Statement(TERMS["entity"], "ex:e", ()), made]))
    >>> judgement.valid, judgement.violations[0].number
    (False, 42)
    """
    names = Names(document.namespaces)
    instances: dict[str | None, list[Statement]] = defaultdict(list)
    for statement in document.statements:
        instances[statement.bundle].append(statement)
    violations = list(_repeated(bundles, names))
    warnings: list[Suspicion] = []
    for bundle, statements in instances.items():
        found, suspicious = _judge(statements, names, bundle)
        violations += found
        warnings += suspicious
    return Judgement(violations=violations, warnings=warnings)


def _judge(statements: list[Statement], names: Names, bundle: str | None) -> tuple[list[Violation], list[Suspicion]]:
    instance = Instance.of(statements)
    words = Words(instance, names, bundle)
    roots = instance.terms.roots()
    objects = Objects.of(instance, roots)
    events = Events(instance, objects, roots)
    order = Order.of(len(events.nodes), events.pairs)
    found = [
        *uniqueness.violations(instance, words),
        *ordering.violations(events, order, words),
        *impossible.violations(instance, objects, roots, words),
    ]
    return found, list(timing.suspicions(events, order, words))


def _repeated(bundles: Sequence[Bundle], names: Names) -> Iterator[Violation]:
    """A violation for each bundle identifier that stands there several times (section 7.2)."""
    rule = RULES["unique-bundle-identifier"]
    for identifier, count in Counter(bundle.identifier for bundle in bundles).items():
        if count > 1:
            name = names.short(identifier)
            lines = [bundle.line for bundle in bundles if bundle.identifier == identifier and bundle.line]
            yield Violation(
                constraint=rule.name,
                number=rule.number,
                source=rule.source,
                statements=[f"bundle {name} (line {line})" for line in lines] or [f"bundle {name}"],
                lines=lines,
                why=f"the document has {count} bundles with the identifier {name}",
                bundle=identifier,
            )
