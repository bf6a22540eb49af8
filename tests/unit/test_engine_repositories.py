"""Where jars come from: the user's own Maven and jgo settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from jgo.constants import MAVEN_CENTRAL_URL

from graphprov.engine.repositories import Repository, proxy, repositories
from graphprov.errors import EngineError


@pytest.fixture(autouse=True)
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder without settings."""
    for name in ("MAVEN_HOME", "M2_HOME", "JGO_CONFIG_FILE", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


def settings_xml(person: Path, inner: str, namespace: str = "") -> None:
    (person / ".m2").mkdir()
    (person / ".m2/settings.xml").write_text(f"<settings{namespace}>{inner}</settings>", encoding="utf-8")


def test_without_settings_it_is_maven_central() -> None:
    assert repositories() == [Repository("central", MAVEN_CENTRAL_URL)]


def test_a_mirror_takes_the_place_of_central(person: Path) -> None:
    settings_xml(
        person,
        "<mirrors><mirror><id>ours</id><mirrorOf>*</mirrorOf><url>https://maven.example/all/</url></mirror></mirrors>",
        ' xmlns="http://maven.apache.org/SETTINGS/1.0.0"',
    )
    assert repositories() == [Repository("ours", "https://maven.example/all")]


def test_a_mirror_that_leaves_central_out_is_not_used(person: Path) -> None:
    settings_xml(
        person, "<mirrors><mirror><mirrorOf>*,!central</mirrorOf><url>https://maven.example</url></mirror></mirrors>"
    )
    assert repositories()[0].url == MAVEN_CENTRAL_URL


def test_a_mirror_is_logged_into_with_what_the_settings_hold(person: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIRROR_TOKEN", "s3cret")
    settings_xml(
        person,
        "<mirrors><mirror><id>ours</id><mirrorOf>central</mirrorOf><url>https://maven.example</url></mirror></mirrors>"
        "<servers><server><id>ours</id><username>ada</username><password>${env.MIRROR_TOKEN}</password></server></servers>",
    )
    (found,) = repositories()
    assert found.login == ("ada", "s3cret")
    assert "s3cret" not in repr(found)


def test_repositories_of_jgo_are_asked_too_and_may_replace_central(person: Path) -> None:
    (person / "config").mkdir()
    (person / "config/jgo.conf").write_text(
        "[repositories]\ncentral = https://a.example/m2\nmore = https://b.example\n"
    )
    assert repositories() == [Repository("central", "https://a.example/m2"), Repository("more", "https://b.example")]


def test_a_proxy_of_maven_is_used_unless_the_environment_names_one(
    person: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_xml(person, "<proxies><proxy><host>proxy.example</host><port>3128</port></proxy></proxies>")
    assert proxy() == "http://proxy.example:3128"
    monkeypatch.setenv("HTTPS_PROXY", "http://other.example:1")
    assert proxy() is None


def test_broken_settings_are_named(person: Path) -> None:
    settings_xml(person, "<mirrors>")
    with pytest.raises(EngineError, match=r"settings\.xml cannot be read"):
        repositories()
