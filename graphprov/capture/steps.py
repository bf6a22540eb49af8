"""The decorator form of a run: each call of the function is one."""

from __future__ import annotations

import datetime
import functools
import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from graphprov.capture.agents import AgentLike
from graphprov.capture.runs import Run
from graphprov.capture.writer import Writer
from graphprov.errors import InvalidInput

Named = Sequence[str] | Mapping[str, str | Mapping[str, Any]]
"""Names of arguments; or from each to the artifact's name, or to the options of `Run.used` and `Run.generated`."""

Function = TypeVar("Function", bound=Callable[..., Any])

RETURN = "return"
_PLAIN = (bool, int, float, str, datetime.date, datetime.time, datetime.timedelta)


class Step:
    """What `graphprov.step(...)` returns; applied to a function it gives one that records its calls."""

    def __init__(
        self,
        writer: Callable[[], Writer],
        name: str | None = None,
        *,
        kind: str = "run",
        used: Named = (),
        generated: Named = (),
        metadata: Mapping[str, Any] | None = None,
        agent: AgentLike | Literal[False] | None = None,
        on_behalf_of: AgentLike | None = None,
        code: bool | str | os.PathLike[str] = True,
    ) -> None:
        self._writer = writer
        self._name = name
        self._kind = kind
        self._used = _options(used)
        self._generated = _options(generated)
        self._metadata = metadata
        self._agent = agent
        self._on_behalf_of = on_behalf_of
        self._code = code

    def __call__(self, function: Function) -> Function:
        """Wrap a function, plain or async."""
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            raise InvalidInput(
                f"{function.__name__} is a generator, which has no one moment of ending",
                hint="open the run inside it: `with graphprov.run(...)`",
            )
        signature = inspect.signature(function)
        unknown = [each for each in (*self._used, *self._generated) if each not in (*signature.parameters, RETURN)]
        if unknown or RETURN in self._used:
            raise InvalidInput(
                f"{function.__name__} has no argument called '{(unknown or [RETURN])[0]}'",
                nearest=list(signature.parameters),
            )
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def later(*given: Any, **named: Any) -> Any:
                arguments = self._bound(signature, given, named)
                with self._run(function, arguments) as run:
                    self._inputs(run, arguments)
                    result = await function(*given, **named)
                    self._outputs(run, arguments, result)
                    return result

            return later  # type: ignore[return-value]

        @functools.wraps(function)
        def now(*given: Any, **named: Any) -> Any:
            arguments = self._bound(signature, given, named)
            with self._run(function, arguments) as run:
                self._inputs(run, arguments)
                result = function(*given, **named)
                self._outputs(run, arguments, result)
                return result

        return now  # type: ignore[return-value]

    @staticmethod
    def _bound(signature: inspect.Signature, given: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
        bound = signature.bind(*given, **named)  # a wrong call is the same TypeError as without the decorator
        bound.apply_defaults()
        return dict(bound.arguments)

    def _run(self, function: Callable[..., Any], arguments: dict[str, Any]) -> Run:
        plain = {
            name: os.fspath(value) if isinstance(value, os.PathLike) else value
            for name, value in arguments.items()
            if name not in self._used
            and name not in self._generated
            and (value is None or type(value) in _PLAIN or isinstance(value, os.PathLike))
        }
        code = self._code
        if code is True and (file := _file_of(function)) is not None:
            code = file
        return Run(
            self._writer(),
            self._name or function.__name__.strip("_").replace("_", "-"),
            kind=self._kind,
            parameters=plain,
            metadata=self._metadata,
            agent=self._agent,
            on_behalf_of=self._on_behalf_of,
            code=code,
        )

    def _inputs(self, run: Run, arguments: dict[str, Any]) -> None:
        for argument, options in self._used.items():
            if (value := arguments[argument]) is not None:
                run.used(value, **_named(options, value, argument))

    def _outputs(self, run: Run, arguments: dict[str, Any], result: Any) -> None:
        for argument, options in self._generated.items():
            value = result if argument == RETURN else arguments[argument]
            if value is not None:
                run.generated(value, **_named(options, value, run.name if argument == RETURN else argument))


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
    from graphprov.capture.artifacts import Artifact, Otherwise

    if "name" in options or isinstance(value, str | os.PathLike | Artifact):
        return options
    return {**options, "name": Otherwise(otherwise.replace("_", "-"))}


def _file_of(function: Callable[..., Any]) -> Path | None:
    try:
        file = inspect.getsourcefile(inspect.unwrap(function))
    except TypeError:
        return None
    return Path(file) if file and Path(file).is_file() else None
