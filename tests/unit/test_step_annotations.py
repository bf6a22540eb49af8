"""Steps whose arguments are marked where they are declared."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import pandas as pd
import pytest

import graphprov as gp
from graphprov.capture import current_run
from graphprov.errors import InvalidInput
from tests.unit.test_run import Said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from somewhere import Unseen  # type: ignore[import-not-found]


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("users", "ip-blacklist", "pages"):
        (tmp_path / f"{name}.csv").write_text(name)
    return tmp_path


def step(*args: Any, **options: Any) -> Callable[[Any], Any]:
    return gp.step(*args, code=False, **options)


def of(said: Said, name: str) -> dict[str, Any]:
    (node,) = [node for node in said.nodes.values() if node.get("name") == name and "started_at" in node]
    return node


def test_the_annotations_say_what_was_used_made_and_set(work: Path) -> None:
    @step(kind="training")
    def train(
        users: gp.In[Path],
        blacklist: gp.In[pd.DataFrame],
        model: gp.Out[Path],
        c: gp.Param[float] = 1.0,
        rounds: int = 3,
        *seen: Unseen,
    ) -> gp.Out[pd.DataFrame]:
        model.write_text("model")
        return blacklist * 2

    train(Path("users.csv"), pd.DataFrame({"ip": [1]}), work / "antispam.joblib")
    said = Said()
    assert said.edges("USED") == {
        ("training:train", "dataset:users@"),
        ("training:train", "dataset:blacklist@"),
    }
    assert said.edges("WAS_GENERATED_BY") == {
        ("dataset:antispam@", "training:train"),
        ("dataset:train@", "training:train"),
    }
    run = of(said, "train")
    assert {key: value for key, value in run.items() if key.startswith("parameters.")} == {
        "parameters.c": 1.0,
        "parameters.rounds": 3,
    }


def test_marks_carry_options_and_say_what_was_made_from_what(work: Path) -> None:
    @step
    def bare() -> None: ...

    @step()
    def report(
        users: Annotated[Path, gp.In(name="people", role="training data")],
        pages: gp.In[Path],
        out: Annotated[Path, gp.Out(kind="evaluation", derived_from=("users",))],
        seed: Annotated[int, gp.Param(name="random_seed")] = 7,
    ) -> None:
        out.write_text("report")

    report(Path("users.csv"), Path("pages.csv"), work / "report.html")
    said = Said()
    assert said.edges("WAS_DERIVED_FROM") == {("evaluation:report@", "dataset:people@")}
    roles = {
        said.short(row["target"]): row["properties"]["role"] for row in said.relations if row["relation"] == "USED"
    }
    assert roles == {"dataset:people@": "training data", "dataset:pages@": "input"}
    assert of(said, "report")["parameters.random_seed"] == 7


def test_lists_tuples_mappings_and_what_is_optional_are_seen_item_by_item(work: Path) -> None:
    @step(derived={"return": "parts"})
    def join(
        parts: gp.In[list[Path]],
        labels: Sequence[gp.In[Path]],
        extra: gp.In[Path] | None = None,
        *more: gp.In[Path],
        **outputs: gp.Out[Path],
    ) -> tuple[gp.Out[Path], Annotated[list[int], gp.Out(name="counts")], int]:
        for path in (*outputs.values(), work / "whole.csv"):
            path.write_text(str(path))
        return work / "whole.csv", [1, 2], 3

    join([Path("users.csv"), Path("pages.csv")], (Path("ip-blacklist.csv"),), a=work / "a.csv", b=work / "b.csv")
    said = Said()
    assert {target for _, target in said.edges("USED")} == {
        "dataset:users@",
        "dataset:pages@",
        "dataset:ip-blacklist@",
    }
    assert {source for source, _ in said.edges("WAS_GENERATED_BY")} == {
        f"dataset:{name}@" for name in ("a", "b", "whole", "counts")
    }
    assert said.edges("WAS_DERIVED_FROM") == {
        (f"dataset:{effect}@", f"dataset:{cause}@") for effect in ("whole", "counts") for cause in ("users", "pages")
    }


def test_what_is_named_in_the_decorator_wins() -> None:
    @step(used={"users": "people"})
    def read(users: Annotated[Path, gp.In(name="users")], pages: gp.In[Path]) -> None: ...

    read(Path("users.csv"), Path("pages.csv"))
    assert {target for _, target in Said().edges("USED")} == {"dataset:people@", "dataset:pages@"}


def test_methods_of_every_sort_are_steps() -> None:
    class Trainer:
        @step()
        def one(self, users: gp.In[Path]) -> str:
            return "one"

        @step()
        @classmethod
        def two(cls, users: gp.In[Path]) -> str:
            return cls.__name__

        @staticmethod
        @step()
        def three(users: gp.In[Path]) -> str:
            return "three"

    users = Path("users.csv")
    assert [Trainer().one(users), Trainer.two(users), Trainer.three(users)] == ["one", "Trainer", "three"]
    assert {source for source, _ in Said().edges("USED")} == {"run:one", "run:two", "run:three"}


def test_a_parameter_that_cannot_be_kept_is_kept_as_its_text() -> None:
    class Odd:
        def __repr__(self) -> str:
            return "Odd()"

    @step()
    def tune(odd: gp.Param[Odd], grid: gp.Param[dict[str, list[int]]], where: gp.Param[Path]) -> None: ...

    tune(Odd(), {"depth": [1, 2]}, Path("x"))
    run = of(Said(), "tune")
    assert (run["parameters.odd"], run["parameters.where"]) == ("Odd()", "x")
    assert run["parameters.grid.depth"] == [1, 2]


class TestGenerators:
    def test_the_run_lasts_from_the_first_value_to_the_last_and_what_is_yielded_is_made(self) -> None:
        around: list[str | None] = []

        @step()
        def parts(users: gp.In[Path]) -> Iterator[gp.Out[pd.DataFrame]]:
            for number in range(2):
                around.append(run.name if (run := current_run()) else None)
                with gp.run("inner", code=False):
                    pass
                yield pd.DataFrame({"part": [number]})

        given = parts(Path("users.csv"))
        assert not Said().nodes
        next(given)
        assert current_run() is None
        with gp.run("consumer", code=False):
            pass
        assert "status" not in of(Said(), "parts")
        assert len(list(given)) == 1
        said = Said()
        assert of(said, "parts")["status"] == "completed"
        assert around == ["parts", "parts"]
        assert said.edges("PART_OF") == {("run:inner", "run:parts")}
        assert len([row for row in said.relations if row["relation"] == "WAS_GENERATED_BY"]) == 2

    def test_what_is_sent_thrown_and_returned_goes_through(self) -> None:
        @step()
        def talk() -> Any:
            got = yield 1
            try:
                yield got
            except KeyError:
                yield "caught"
            return "end"

        it = talk()
        assert [next(it), it.send("sent"), it.throw(KeyError("x"))] == [1, "sent", "caught"]
        with pytest.raises(StopIteration) as stopped:
            next(it)
        assert stopped.value.value == "end"
        assert of(Said(), "talk")["status"] == "completed"

    def test_a_failure_inside_is_the_run_s_and_one_closed_early_has_not_failed(self) -> None:
        @step()
        def fail() -> Iterator[int]:
            yield 1
            raise ValueError("no")

        @step()
        def endless() -> Iterator[int]:
            while True:
                yield 1

        with pytest.raises(ValueError, match="no"):
            list(fail())
        it = endless()
        next(it)
        it.close()
        said = Said()
        assert of(said, "fail")["error"].startswith("ValueError: no (test_step_annotations.py")
        assert (of(said, "endless")["status"], of(said, "endless")["closed_early"]) == ("completed", True)

    def test_one_that_is_never_finished_has_no_end(self) -> None:
        @step()
        def endless() -> Iterator[int]:
            while True:
                yield 1

        it = endless()
        next(it)
        assert "status" not in of(Said(), "endless")
        del it  # Python closes it
        assert of(Said(), "endless")["closed_early"] is True

    def test_an_async_one_too(self) -> None:
        @step()
        async def pages(users: gp.In[Path]) -> AsyncIterator[gp.Out[pd.DataFrame]]:
            for number in range(2):
                await asyncio.sleep(0)
                yield pd.DataFrame({"page": [number]})

        async def consume() -> int:
            return len([page async for page in pages(Path("users.csv"))])

        assert asyncio.run(consume()) == 2
        said = Said()
        assert said.edges("WAS_GENERATED_BY") == {("dataset:pages@", "run:pages")}
        assert of(said, "pages")["status"] == "completed"


class TestAFailedStep:
    """What it wrote before is there, and somebody may read it."""

    def test_what_it_wrote_is_made_and_what_it_left_alone_is_not(self, work: Path) -> None:
        (work / "old.csv").write_text("old")
        (work / "model.bin").write_text("old")
        (work / "parts").mkdir()
        (work / "parts" / "1.csv").write_text("1")

        @step(kind="training", generated=["parts", "kept"])
        def train(
            users: gp.In[Path],
            pages: gp.In[Path],
            model: Annotated[Path, gp.Out(name="antispam", kind="model", derived_from="users")],
            tables: gp.Out[list[Path]],
            parts: str,
            kept: Path,
            scores: gp.Out[pd.DataFrame],
        ) -> gp.Out[dict[str, int]]:
            model.write_text("new")
            tables[0].write_text("half")
            Path(parts, "2.csv").write_text("2")
            os.chdir("/")
            raise ValueError("no more memory")

        with pytest.raises(ValueError, match="no more memory"):
            train(Path("users.csv"), Path("pages.csv"), Path("model.bin"), [Path("half.csv"), Path("never.csv")],
                  "parts", Path("old.csv"), pd.DataFrame())  # fmt: skip
        said = Said()
        made = {"model:antispam@", "dataset:half@", "dataset:parts@"}
        assert said.edges("WAS_GENERATED_BY") == {(each, "training:train") for each in made}
        assert said.edges("WAS_DERIVED_FROM") == {("model:antispam@", "dataset:users@")}
        assert (of(said, "train")["status"], "constraints_broken" in of(said, "train")) == ("failed", False)

    def test_what_the_work_has_said_itself_and_what_cannot_be_recorded_do_not_hide_its_error(self, work: Path) -> None:
        @step()
        def clean(first: gp.Out[Path], second: gp.Out[Path]) -> None:
            first.write_text("a")
            run = current_run()
            assert run is not None
            run.generated(first, name="said")
            second.write_text("b")
            (work / "second.csv.meta.json").write_text("[]")
            os.utime(first)
            raise KeyboardInterrupt

        with pytest.warns(gp.capture.RecordingWarning), pytest.raises(KeyboardInterrupt):
            clean(Path("first.csv"), Path("second.csv"))
        assert ("dataset:said@", "run:clean") in Said().edges("WAS_GENERATED_BY")
        assert ("dataset:first@", "run:clean") not in Said().edges("WAS_GENERATED_BY")

    def test_where_one_output_is_missing_the_others_are_made(self) -> None:
        @step()
        def clean(missing: gp.Out[Path], out: gp.Out[Path]) -> None:
            out.write_text("a")

        with pytest.raises(InvalidInput, match="missing"):
            clean(Path("missing.csv"), Path("out.csv"))
        assert Said().edges("WAS_GENERATED_BY") == {("dataset:out@", "run:clean")}

    @pytest.mark.parametrize("is_async", [False, True])
    def test_of_a_generator_too(self, is_async: bool) -> None:
        @step()
        def lines(out: gp.Out[Path]) -> Iterator[int]:
            out.write_text("half")
            yield 1
            raise ValueError("no")

        @step(name="lines")
        async def later(out: gp.Out[Path]) -> AsyncIterator[int]:
            out.write_text("half")
            yield 1
            raise ValueError("no")

        async def consume() -> list[int]:
            return [each async for each in later(Path("out.csv"))]

        with pytest.raises(ValueError, match="no"):
            asyncio.run(consume()) if is_async else list(lines(Path("out.csv")))
        assert Said().edges("WAS_GENERATED_BY") == {("dataset:out@", "run:lines")}


class TestWrongUse:
    def test_an_output_is_derived_from_an_input_that_there_is(self) -> None:
        with pytest.raises(InvalidInput, match="no input called 'user'") as told:

            @step()
            def one(users: gp.In[Path]) -> Annotated[list[int], gp.Out(derived_from=("user",))]:
                return []

        assert "users" in str(told.value.nearest)
        with pytest.raises(InvalidInput, match="no output called 'reprot'"):
            step(derived={"reprot": ["users"]}, used=["users"], generated=["report"])(lambda users, report: None)

    def test_marks_stand_where_they_have_a_meaning(self) -> None:
        with pytest.raises(InvalidInput, match="can only be an Out"):

            @step()
            def two() -> gp.In[int]:
                return 1

        with pytest.raises(InvalidInput, match="marks the generator itself"):

            @step()
            def three() -> gp.Out[Iterator[int]]:
                yield 1

        with pytest.raises(InvalidInput, match="only once"):

            @step()
            def four(lines: gp.In[Iterator[str]]) -> None: ...

        with pytest.raises(InvalidInput, match="kind of activity"):
            gp.In(kind="training")  # type: ignore[misc,operator]

    def test_a_misspelt_or_unseen_mark_is_told(self) -> None:
        with pytest.raises(InvalidInput, match="has no attribute 'Inn'") as told:

            @step()
            def five(users: gp.Inn[Path]) -> None: ...  # type: ignore[name-defined]

        assert "In" in told.value.nearest
        with pytest.raises(InvalidInput, match="Out is not there") as told:

            @step()
            def six(users: Out[Path]) -> None: ...  # type: ignore[name-defined]  # noqa: F821

        assert "TYPE_CHECKING" in str(told.value.hint)


def test_the_example_of_the_guide_runs() -> None:
    page = (Path(gp.__file__).parent / "docs" / "recording.md").read_text()
    code = page.split("<!-- step:begin -->")[1].split("<!-- step:end -->")[0].strip().removeprefix("```python")
    exec(code.removesuffix("```"), {"__name__": "example"})
    said = Said()
    assert said.edges("WAS_DERIVED_FROM") == {("evaluation:report@", "dataset:users@")}
    assert ("model:antispam@", "training:train") in said.edges("WAS_GENERATED_BY")
    assert ("training:train", "dataset:ip-blacklist@") in said.edges("USED")
    assert of(said, "train")["parameters.c"] == 1.0
