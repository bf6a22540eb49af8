"""The decorator form of a run: each call of the function is one."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeVar

from graphprov.capture.agents import AgentLike
from graphprov.capture.left_behind import left_behind
from graphprov.capture.plan import Named, Plan
from graphprov.capture.runs import Run
from graphprov.capture.writer import Writer

Function = TypeVar("Function", bound=Callable[..., Any])


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
        derived: Mapping[str, str | Sequence[str]] | None = None,
        metadata: Mapping[str, Any] | None = None,
        agent: AgentLike | Literal[False] | None = None,
        on_behalf_of: AgentLike | None = None,
        code: bool | str | os.PathLike[str] = True,
    ) -> None:
        self._writer = writer
        self._name = name
        self._kind = kind
        self._used = used
        self._generated = generated
        self._derived = derived or {}
        self._metadata = metadata
        self._agent = agent
        self._on_behalf_of = on_behalf_of
        self._code = code

    def __call__(self, function: Function) -> Function:
        """Wrap a function or method: plain, async, or a generator of either sort."""
        if isinstance(function, classmethod | staticmethod):
            return type(function)(self(function.__func__))
        is_async = inspect.isasyncgenfunction(function)
        yields = is_async or inspect.isgeneratorfunction(function)
        plan = Plan(function, used=self._used, generated=self._generated, derived=self._derived, yields=yields)
        wrap = _wrap_async_generator if is_async else _wrap_generator if yields else _wrap_plain
        if inspect.iscoroutinefunction(function):
            wrap = _wrap_async
        return functools.wraps(function)(wrap(function, plan, functools.partial(self._run, function)))  # type: ignore[return-value]

    def _run(self, function: Callable[..., Any], parameters: Mapping[str, Any]) -> Run:
        code = self._code
        if code is True and (file := _file_of(function)) is not None:
            code = file
        called = getattr(function, "__name__", type(function).__name__)
        return Run(
            self._writer(),
            self._name or called.strip("_").replace("_", "-"),
            kind=self._kind,
            parameters=parameters,
            metadata=self._metadata,
            agent=self._agent,
            on_behalf_of=self._on_behalf_of,
            code=code,
        )


MakeRun = Callable[[Mapping[str, Any]], Run]


def _wrap_plain(function: Callable[..., Any], plan: Plan, make: MakeRun) -> Callable[..., Any]:
    def now(*given: Any, **named: Any) -> Any:
        arguments = plan.bound(given, named)
        with make(plan.parameters(arguments)) as run:
            inputs = plan.inputs(run, arguments)
            with left_behind(plan, run, arguments, inputs):
                result = function(*given, **named)
                plan.returned(run, result, inputs)
                plan.arguments_made(run, arguments, inputs)
                return result

    return now


def _wrap_async(function: Callable[..., Any], plan: Plan, make: MakeRun) -> Callable[..., Any]:
    async def later(*given: Any, **named: Any) -> Any:
        arguments = plan.bound(given, named)
        with make(plan.parameters(arguments)) as run:
            inputs = plan.inputs(run, arguments)
            with left_behind(plan, run, arguments, inputs):
                result = await function(*given, **named)
                plan.returned(run, result, inputs)
                plan.arguments_made(run, arguments, inputs)
                return result

    return later


def _wrap_generator(function: Callable[..., Any], plan: Plan, make: MakeRun) -> Callable[..., Any]:
    def items(arguments: dict[str, Any], body: Any) -> Generator[Any, Any, Any]:
        with _between(make(plan.parameters(arguments))) as run:
            resume = functools.partial(next, body)
            with run.as_current():
                inputs = plan.inputs(run, arguments)
            with left_behind(plan, run, arguments, inputs):
                while True:
                    try:
                        with run.as_current():
                            item = resume()
                    except StopIteration as stop:
                        plan.arguments_made(run, arguments, inputs)
                        return stop.value
                    plan.returned(run, item, inputs)
                    try:
                        sent = yield item
                    except GeneratorExit:
                        with run.as_current():
                            body.close()
                        raise
                    except BaseException as error:
                        resume = functools.partial(body.throw, error)
                    else:
                        resume = functools.partial(body.send, sent)

    def begin(*given: Any, **named: Any) -> Any:
        return items(plan.bound(given, named), function(*given, **named))

    return begin


def _wrap_async_generator(function: Callable[..., Any], plan: Plan, make: MakeRun) -> Callable[..., Any]:
    async def items(arguments: dict[str, Any], body: Any) -> AsyncGenerator[Any, Any]:
        with _between(make(plan.parameters(arguments))) as run:
            resume = body.__anext__
            inputs = plan.inputs(run, arguments)
            with left_behind(plan, run, arguments, inputs):
                while True:
                    try:
                        with run.as_current():
                            item = await resume()
                    except StopAsyncIteration:
                        plan.arguments_made(run, arguments, inputs)
                        return
                    plan.returned(run, item, inputs)
                    try:
                        sent = yield item
                    except GeneratorExit:
                        with run.as_current():
                            await body.aclose()
                        raise
                    except BaseException as error:
                        resume = functools.partial(body.athrow, error)
                    else:
                        resume = functools.partial(body.asend, sent)

    def begin(*given: Any, **named: Any) -> Any:
        return items(plan.bound(given, named), function(*given, **named))

    return begin


@contextmanager
def _between(run: Run) -> Iterator[Run]:
    """The run of a generator: current only while the generator works, not while its consumer does.

    A generator that is closed before its end has done all that was wanted of it: that is no failure, but said.
    """
    run.start()
    run.step_aside()
    try:
        yield run
    except GeneratorExit:
        run.metadata(closed_early=True)
        run.end()
        raise
    except BaseException as error:
        run.__exit__(type(error), error, error.__traceback__)
        raise
    else:
        run.end()


def _file_of(function: Callable[..., Any]) -> Path | None:
    try:
        file = inspect.getsourcefile(inspect.unwrap(function))
    except TypeError:
        return None
    return Path(file) if file and Path(file).is_file() else None
