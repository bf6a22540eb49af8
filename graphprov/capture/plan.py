"""What the arguments of a step are: inputs, outputs or parameters, by its options and by its annotations."""

from __future__ import annotations

import datetime
import inspect
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphprov.capture.annotations import (
    InMark,
    Mark,
    OutMark,
    ParamMark,
    Parts,
    files,
    is_iterator,
    marked,
    marks_in,
    yielded,
)
from graphprov.capture.artifacts import Artifact, Otherwise
from graphprov.capture.resolving import annotations_of
from graphprov.capture.runs import Run
from graphprov.errors import InvalidInput
from graphprov.model.statements import Activity

Named = Sequence[str] | Mapping[str, str | Mapping[str, Any]]
"""Names of arguments; or from each to the artifact's name, or to the options of `Run.used` and `Run.generated`."""

RETURN = "return"
TEXT_CHARACTERS = 1_000
_PLAIN = (bool, int, float, str, datetime.date, datetime.time, datetime.timedelta)


@dataclass(frozen=True)
class Output:
    """One output of a call: what it is, what to call it where nothing else says, and what is said of it.

    Attributes:
        causes: The arguments that it was made from, and from no other input.
    """

    value: Any
    label: str
    options: dict[str, Any]
    causes: tuple[str, ...]

    def record(self, run: Run, inputs: Mapping[str, list[Artifact]]) -> None:
        """Say that the run made it, and from what, where that is declared."""
        artifact = run.generated(self.value, **_named(self.options, self.value, self.label))
        found = [cause for argument in self.causes for cause in inputs.get(argument, ())]
        if found:
            run.derived(artifact, *found)


class Plan:
    """Made where the function is defined, so that what does not fit is told there.

    Args:
        yields: Whether the function is a generator: then what is returned is each value that it yields.

    Raises:
        InvalidInput: There is no such argument, an annotation cannot be read, or a derivation is not from an input.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        used: Named,
        generated: Named,
        derived: Mapping[str, str | Sequence[str]],
        yields: bool,
    ) -> None:
        self._function = getattr(function, "__qualname__", type(function).__name__)
        self._signature = inspect.signature(function)
        self._used, self._generated = _options(used), _options(generated)
        unknown = [
            each for each in (*self._used, *self._generated) if each not in (*self._signature.parameters, RETURN)
        ]
        if unknown or RETURN in self._used:
            raise self._no_argument((unknown or [RETURN])[0], self._signature.parameters)
        self._types = annotations_of(function)
        self._gather_variadic()
        marks = {argument: marks_in(type_) for argument, type_ in self._types.items()}
        self._check_marks(marks, yields)
        self._result = yielded(self._types.get(RETURN)) if yields else self._types.get(RETURN)
        explicit = {*self._used, *self._generated}
        self._of = {
            kind: [
                argument
                for argument, found in marks.items()
                if argument not in explicit and any(isinstance(mark, kind) for mark in found)
            ]
            for kind in (InMark, OutMark, ParamMark)
        }
        self._derived = self._derivations(derived)

    def bound(self, given: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
        """The arguments of a call by name, with defaults; a wrong call is the same TypeError as without the step."""
        bound = self._signature.bind(*given, **named)
        bound.apply_defaults()
        return dict(bound.arguments)

    def parameters(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments marked as parameters; and of those that nothing marks the numbers, text, times and paths."""
        other = {*self._used, *self._generated, *self._of[InMark], *self._of[OutMark], *self._of[ParamMark]}
        found = {
            name: os.fspath(value) if isinstance(value, os.PathLike) else value
            for name, value in arguments.items()
            if name not in other and (value is None or type(value) in _PLAIN or isinstance(value, os.PathLike))
        }
        for name in self._of[ParamMark]:
            if arguments[name] is None:
                found[name] = None
            for part in marked(self._types[name], arguments[name], name):
                if isinstance(part.mark, ParamMark):
                    found[part.mark.name or part.label] = _kept(part.value)
        return found

    def inputs(self, run: Run, arguments: Mapping[str, Any]) -> dict[str, list[Artifact]]:
        """Record what the run uses; by argument."""
        found: dict[str, list[Artifact]] = {}
        for argument, options in self._used.items():
            if arguments[argument] is not None:
                found[argument] = [
                    run.used(each, **_named(options, each, argument)) for _, each in files(arguments[argument])
                ]
        for argument in self._of[InMark]:
            found[argument] = [
                run.used(part.value, **_named(part.mark.options(), part.value, part.label))
                for part in marked(self._types[argument], arguments[argument], argument)
                if isinstance(part.mark, InMark)
            ]
        return found

    def outputs(self, arguments: Mapping[str, Any]) -> list[Output]:
        """The outputs that the arguments name, whether they are there or not."""
        return [
            output
            for argument in (*self._generated, *self._of[OutMark])
            if argument != RETURN
            for output in self._outputs(argument, self._types.get(argument), arguments[argument], argument)
        ]

    def arguments_made(self, run: Run, arguments: Mapping[str, Any], inputs: Mapping[str, list[Artifact]]) -> None:
        """Record the outputs that the arguments name."""
        for output in self.outputs(arguments):
            output.record(run, inputs)

    def returned(self, run: Run, value: Any, inputs: Mapping[str, list[Artifact]]) -> None:
        """Record what the function returned, or one value that it yielded, where that is an output."""
        if RETURN in self._generated or RETURN in self._of[OutMark]:
            for output in self._outputs(RETURN, self._result, value, run.name):
                output.record(run, inputs)

    def _outputs(self, argument: str, type_: Any, value: Any, label: str) -> list[Output]:
        causes = self._derived.get(argument)
        if (options := self._generated.get(argument)) is not None:
            parts = [] if value is None else files(value)
            return [Output(each, label, options, causes or ()) for _, each in parts]
        return [
            Output(part.value, part.label, part.mark.options(), part.mark.causes if causes is None else causes)
            for part in marked(type_, value, label)
            if isinstance(part.mark, OutMark)
        ]

    def _gather_variadic(self) -> None:
        """The type of `*files` is that of each file."""
        for name, parameter in self._signature.parameters.items():
            if name in self._types and parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                self._types[name] = Parts((self._types[name],))

    def _check_marks(self, marks: Mapping[str, list[Mark]], yields: bool) -> None:
        for argument, found in marks.items():
            if argument == RETURN:
                if wrong := [mark for mark in found if not isinstance(mark, OutMark)]:
                    word = type(wrong[0]).__name__.removesuffix("Mark")
                    raise InvalidInput(f"what {self._function} returns is marked as {word}: it can only be an Out")
                if yields and found and not marks_in(yielded(self._types[RETURN])):
                    raise InvalidInput(
                        f"{self._function} is a generator, and its Out marks the generator itself",
                        hint="mark what it yields: Iterator[Out[...]]",
                    )
            if (argument != RETURN or not yields) and found and is_iterator(self._types[argument]):
                raise InvalidInput(
                    f"'{argument}' of {self._function} can be gone through only once, so it cannot be recorded",
                    hint="mark a list or tuple, or make what yields the values a step of its own",
                )

    def _derivations(self, given: Mapping[str, str | Sequence[str]]) -> dict[str, tuple[str, ...]]:
        derived = {effect: (causes,) if isinstance(causes, str) else tuple(causes) for effect, causes in given.items()}
        outputs, inputs = [*self._generated, *self._of[OutMark]], [*self._used, *self._of[InMark]]
        for effect in derived:
            if effect not in outputs:
                raise self._no_argument(effect, outputs, "output")
        said = (
            cause
            for argument in self._of[OutMark]
            for mark in marks_in(self._types[argument])
            if isinstance(mark, OutMark)
            for cause in mark.causes
        )
        for cause in (*(cause for causes in derived.values() for cause in causes), *said):
            if cause not in inputs:
                raise self._no_argument(cause, inputs, "input")
        return derived

    def _no_argument(self, wrong: str, known: Iterable[str], what: str = "argument") -> InvalidInput:
        return InvalidInput(f"{self._function} has no {what} called '{wrong}'", nearest=list(known))


def _options(named: Named) -> dict[str, dict[str, Any]]:
    if isinstance(named, str):
        named = (named,)
    if isinstance(named, Mapping):
        return {
            argument: {"name": given} if isinstance(given, str) else dict(given) for argument, given in named.items()
        }
    return {argument: {} for argument in named}


def _named(options: dict[str, Any], value: Any, otherwise: str) -> dict[str, Any]:
    """An object that has no name is called as this machine knows it, else as its argument is."""
    if "name" in options or isinstance(value, str | os.PathLike | Artifact):
        return options
    return {**options, "name": Otherwise(otherwise.replace("_", "-"))}


def _kept(value: Any) -> Any:
    """A parameter as it can be kept: as it is, else as its text, since the call must not fail by it."""
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    try:
        Activity(id="urn:graphprov:run:x@1", parameters={"value": value}).row()
    except InvalidInput:
        return repr(value)[:TEXT_CHARACTERS]
    return value
