"""Fetching jars: from a small repository on loopback that can break, lie and refuse."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from graphprov.engine import jars as jars_module
from graphprov.engine.jars import ensure_jars
from graphprov.engine.releases import Jar, Lock, release
from graphprov.engine.repositories import Repository
from graphprov.errors import EngineError

BODY = {"a": b"A" * 300_000, "b": b"B" * 10_000}


class MavenRepository(ThreadingHTTPServer):
    """Serves jars as told: `breaks` answers end in the middle, `lies` changes bytes, `ranges` allows resuming.

    Like many a proxy, `packs` makes it answer with gzip to whoever takes that.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: Counter[str] = Counter()
        self.ranges_asked: list[str] = []
        self.breaks = 0
        self.lies = False
        self.packs = False
        self.ranges = True
        self.status = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/m2"


class _Handler(BaseHTTPRequestHandler):
    server: MavenRepository

    def do_GET(self) -> None:
        name = self.path.rsplit("/", 1)[-1].split("-")[0]
        self.server.asked[name] += 1
        if self.server.status != 200:
            self.send_error(self.server.status)
            return
        body = BODY[name]
        if self.server.lies:
            body = bytes(reversed(body[:-1])) + b"!"
        start = 0
        if (asked := self.headers.get("Range")) and self.server.ranges:
            self.server.ranges_asked.append(asked)
            start = int(asked.removeprefix("bytes=").rstrip("-"))
        packed = self.server.packs and "gzip" in self.headers.get("Accept-Encoding", "")
        if packed:
            body = gzip.compress(body)
        self.send_response(206 if start else 200)
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        if self.server.breaks > 0:
            self.server.breaks -= 1
            self.wfile.write(body[start : start + len(body) // 2])
            self.wfile.flush()
            self.connection.close()
            return
        self.wfile.write(body[start:])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def maven() -> Iterator[MavenRepository]:
    server = MavenRepository()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def no_maven_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    cache = tmp_path / "m2"
    monkeypatch.setenv("M2_REPO", str(cache))
    return cache


def lock(*names: str) -> Lock:
    jars = (Jar(f"org.example:{name}:1", hashlib.sha256(BODY[name]).hexdigest(), len(BODY[name])) for name in names)
    return Lock(release("2026.08"), tuple(jars))


def fetch(wanted: Lock, folder: Path, *sources: MavenRepository) -> list[Path]:
    rows = [Repository(f"repository {i}", source.url) for i, source in enumerate(sources)]
    return ensure_jars(wanted, folder, progress=False, sources=rows)


def test_jars_are_laid_out_like_a_maven_repository(maven: MavenRepository, tmp_path: Path) -> None:
    paths = fetch(lock("a", "b"), tmp_path / "jars", maven)
    assert [path.read_bytes() for path in paths] == [BODY["a"], BODY["b"]]
    assert paths[0] == tmp_path / "jars/org/example/a/1/a-1.jar"


def test_what_is_there_is_not_fetched_again(maven: MavenRepository, tmp_path: Path) -> None:
    fetch(lock("a", "b"), tmp_path, maven)
    fetch(lock("a", "b"), tmp_path)  # no source at all
    assert maven.asked == {"a": 1, "b": 1}


def test_a_jar_changed_on_disk_is_refused(maven: MavenRepository, tmp_path: Path) -> None:
    (path,) = fetch(lock("a"), tmp_path, maven)
    path.write_bytes(b"X" + BODY["a"][1:])
    with pytest.raises(EngineError, match="not the one that graphprov was tested with") as caught:
        fetch(lock("a"), tmp_path, maven)
    assert str(path) in str(caught.value.hint)


def test_a_jar_changed_in_its_repository_is_refused_and_not_kept(maven: MavenRepository, tmp_path: Path) -> None:
    maven.lies = True
    with pytest.raises(EngineError, match="refused"):
        fetch(lock("b"), tmp_path, maven)
    assert [path.name for path in tmp_path.rglob("*.jar*")] == []


def test_a_repository_that_would_pack_its_answers_is_asked_not_to(maven: MavenRepository, tmp_path: Path) -> None:
    maven.packs = True
    (path,) = fetch(lock("b"), tmp_path, maven)
    assert path.read_bytes() == BODY["b"]


def test_a_broken_download_goes_on_where_it_stopped(maven: MavenRepository, tmp_path: Path) -> None:
    maven.breaks = 1
    (path,) = fetch(lock("a"), tmp_path, maven)
    assert path.read_bytes() == BODY["a"]
    assert maven.ranges_asked == ["bytes=150000-"]


def test_a_broken_download_starts_anew_where_the_repository_cannot_resume(
    maven: MavenRepository, tmp_path: Path
) -> None:
    maven.breaks, maven.ranges = 1, False
    (path,) = fetch(lock("a"), tmp_path, maven)
    assert path.read_bytes() == BODY["a"]


def test_a_download_that_was_killed_is_taken_up_by_the_next_process(maven: MavenRepository, tmp_path: Path) -> None:
    part = tmp_path / "org/example/a/1/a-1.jar.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(BODY["a"][:1000])
    fetch(lock("a"), tmp_path, maven)
    assert maven.ranges_asked == ["bytes=1000-"]
    assert not part.exists()


def test_a_spoilt_part_is_thrown_away_and_fetched_whole(maven: MavenRepository, tmp_path: Path) -> None:
    part = tmp_path / "org/example/b/1/b-1.jar.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"?" * 1000)
    (path,) = fetch(lock("b"), tmp_path, maven)
    assert path.read_bytes() == BODY["b"]


def test_the_next_repository_is_asked_where_one_has_no_such_jar(maven: MavenRepository, tmp_path: Path) -> None:
    other = MavenRepository()
    other.status = 404
    threading.Thread(target=other.serve_forever, args=(0.05,), daemon=True).start()
    fetch(lock("b"), tmp_path, other, maven)
    assert other.asked["b"] == maven.asked["b"] == 1
    other.shutdown()
    other.server_close()


def test_without_a_network_the_error_says_what_to_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jars_module, "ATTEMPTS", 1)
    with pytest.raises(EngineError, match="cannot be fetched") as caught:
        ensure_jars(lock("b"), tmp_path, progress=False, sources=[Repository("away", "http://127.0.0.1:9/m2")])
    assert "mirror and proxy" in str(caught.value.hint)


def test_a_jar_in_the_users_own_maven_cache_is_taken_from_there(no_maven_cache: Path, tmp_path: Path) -> None:
    kept = no_maven_cache / "org/example/b/1/b-1.jar"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(BODY["b"])
    (path,) = ensure_jars(lock("b"), tmp_path / "jars", progress=False, sources=[])
    assert path.read_bytes() == BODY["b"]


def test_a_wrong_jar_in_the_users_own_maven_cache_is_passed_over(
    maven: MavenRepository, no_maven_cache: Path, tmp_path: Path
) -> None:
    kept = no_maven_cache / "org/example/b/1/b-1.jar"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"?" * len(BODY["b"]))
    (path,) = fetch(lock("b"), tmp_path / "jars", maven)
    assert path.read_bytes() == BODY["b"]


def test_too_little_room_is_said_before_anything_is_fetched(
    maven: MavenRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jars_module, "_SPARE_BYTES", 1 << 60)
    with pytest.raises(EngineError, match="too full"):
        fetch(lock("a"), tmp_path, maven)
    assert not maven.asked
