"""What lies elsewhere: addresses, objects of stores, tables and queries; and who can be asked for their version."""

from __future__ import annotations

import http.server
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from graphprov import capture
from graphprov.capture import RecordingWarning, Remote, s3, sql, url
from graphprov.errors import InvalidInput
from graphprov.settings import Settings

ROOT = Path(__file__).parents[2]


class Files(http.server.BaseHTTPRequestHandler):
    """Answers HEAD as each path says."""

    ANSWERS: dict[str, tuple[int, dict[str, str]]] = {  # noqa: RUF012
        "/users.csv": (200, {"ETag": '"v1"', "Last-Modified": "Sun, 01 Mar 2026 00:00:00 GMT", "Content-Length": "17"}),
        "/weak.csv": (200, {"ETag": 'W/"v1"'}),
        "/dated.csv": (200, {"Last-Modified": "Sun, 01 Mar 2026 00:00:00 GMT", "Content-Length": "17"}),
        "/plain.csv": (200, {}),
        "/moved.csv": (302, {"Location": "/users.csv"}),
        "/round.csv": (302, {"Location": "/round.csv"}),
    }

    def do_HEAD(self) -> None:
        if self.path == "/slow.csv":
            self.server.stop.wait(5)  # type: ignore[attr-defined]
        status, headers = self.ANSWERS.get(self.path.partition("?")[0], (404, {}))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def do_GET(self) -> None:
        raise AssertionError("the content was fetched")

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files) as server:
        server.stop = threading.Event()  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.stop.set()  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()


@pytest.fixture
def recorder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> capture.Recorder:
    monkeypatch.setattr("graphprov.capture.artifacts._unknown_told", set())
    return capture.Recorder(Settings.load(home=tmp_path / "home"), flush=False)


class TestAskingAServer:
    def test_an_etag_is_the_version_on_every_machine(self, site: str, recorder: capture.Recorder) -> None:
        found = url(f"{site}/users.csv", fetch=True)
        assert found.identity == {"etag": '"v1"'}
        assert found.size_bytes == 17
        one, other = recorder.dataset(found), recorder.dataset(url(f"{site}/users.csv", fetch=True))
        assert one.id == other.id
        assert one.short.startswith("dataset:users@remote-")
        assert url(f"{site}/users.csv?page=2", fetch=True).label() != found.label(), "an ETag is one of its address"

    def test_what_may_be_the_version_of_two_contents_is_marked(self, site: str) -> None:
        assert url(f"{site}/weak.csv", fetch=True).facts == {"etag": 'W/"v1"', "version_is_weak": True}
        dated = url(f"{site}/dated.csv", fetch=True)
        assert dated.identity == {"last_modified": "Sun, 01 Mar 2026 00:00:00 GMT", "size_bytes": 17}
        assert dated.facts["version_is_weak"] is True
        assert "version_is_weak" not in url(f"{site}/users.csv", fetch=True).facts

    def test_it_is_recorded_by_the_address_that_was_given(self, site: str) -> None:
        moved = url(site.replace("//", "//ada:pa55@") + "/moved.csv?token=S3CRET", fetch=True)
        assert moved.identity == {"etag": '"v1"'}
        assert moved.address == f"{site}/moved.csv?token=[redacted]"
        assert "pa55" not in repr(moved)

    @pytest.mark.parametrize(
        ("path", "why"),
        [
            ("/missing.csv", "the server answered 404 Not Found"),
            ("/plain.csv", "says neither version, ETag nor time"),
            ("/round.csv", "no answer: TooManyRedirects"),
            ("/slow.csv", "no answer: ReadTimeout"),
            ("http://127.0.0.1:1/offline.csv", "no answer: ConnectError"),
        ],
    )
    def test_no_answer_is_a_warning_and_a_version_that_equals_no_other(
        self, site: str, recorder: capture.Recorder, path: str, why: str
    ) -> None:
        address = path if path.startswith("http") else site + path
        with pytest.warns(RecordingWarning, match=why):
            one = recorder.dataset(url(address, fetch=True, timeout=0.3))
        assert one.id != recorder.dataset(url(address, fetch=True, timeout=0.3)).id
        assert "unseen-" in one.id

    def test_nobody_is_asked_unless_one_says_so(self, recorder: capture.Recorder) -> None:
        with pytest.warns(RecordingWarning, match="nobody was asked for it"):
            recorder.dataset(url("http://127.0.0.1:1/users.csv"))


class TestAnAddress:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (url("HTTPS://Data.Example:443/a.csv#top", version="1"), url("https://data.example/a.csv", version="1")),
            (s3("s3a://b/k.csv?versionId=x%2B1"), s3("s3://ada:key@b/k.csv", version_id="x+1")),
            (s3("gs://b/k.csv#17"), s3("gs://b/k.csv", version_id="17")),
            (
                s3("https://b.example/k?X-Amz-Date=1&X-Amz-Signature=2&p=3", version_id="v"),
                s3("https://b.example/k?X-Amz-Date=4&X-Amz-Signature=5&p=3", version_id="v"),
            ),
            (
                s3("az://c/b?sv=2026&se=1&sp=r&sig=S3CRET", version_id="v"),
                s3("az://c/b?sv=2027&se=2&sp=r&sig=OTHER", version_id="v"),
            ),
        ],
    )
    def test_one_thing_in_two_spellings_is_one(self, one: Remote, other: Remote) -> None:
        assert one.label() == other.label() is not None
        assert "S3CRET" not in repr(one)

    def test_another_place_or_version_is_another(self) -> None:
        made = [s3("s3://b/k", version_id="1"), s3("s3://b/k", version_id="2"), s3("s3://c/k", version_id="1")]
        assert len({each.label() for each in made}) == 3

    def test_what_is_no_address_is_refused(self, recorder: capture.Recorder) -> None:
        with pytest.raises(InvalidInput, match="is no address"):
            url("data/users.csv")
        with pytest.raises(InvalidInput, match="this is no address"):
            recorder.dataset("s3://[x/y")
        with pytest.raises(InvalidInput, match="names no object"):
            s3("s3://bucket", version_id="1")
        with pytest.raises(InvalidInput, match="already has the version '1'"):
            recorder.dataset(url("https://x.example/a", version="1"), version="2")

    def test_the_address_of_a_file_is_the_file(self, tmp_path: Path, recorder: capture.Recorder) -> None:
        file = tmp_path / "my users.csv"
        file.write_text("ada,1815")
        address = f"file://{tmp_path}/my%20users.csv"
        assert recorder.dataset(address).id == recorder.dataset(file).id

    def test_it_can_be_an_input_and_an_output_of_a_step(self, recorder: capture.Recorder) -> None:
        @recorder.step(used=["raw"], generated=["return"], code=False)
        def clean(raw: Remote) -> Remote:
            assert raw.version == "2026-03"
            return s3("s3://b/clean-users.parquet", version_id="7")

        with recorder.run("all", code=False) as run:
            clean(url("https://data.example/users.csv", version="2026-03"))
            assert run.used(s3("s3://b/clean-users.parquet?versionId=7")).name == "clean-users"


class TestADatabase:
    @pytest.mark.parametrize(
        ("connection", "address"),
        [
            ("postgresql+psycopg2://ada:S3CRET@DB.example:5432/shop?password=S3CRET", "postgresql://db.example/shop"),
            ("postgres://ada:S3/CR@ET@db.example/shop", "postgresql://db.example/shop"),
            ("mysql://ada:S3?CRET@db:3307/shop", "mysql://db:3307/shop"),
            ("mysql://db/shop?user=a@b&password=S3CRET", "mysql://db/shop"),
            ("host=db port=5433 dbname=shop user=ada password='S3 CRET'", "postgresql://db:5433/shop"),
            ("Driver={ODBC 18};Server=tcp:db;Database=shop;Uid=ada;Pwd=S3CRET", "odbc://db/shop"),
        ],
    )
    def test_nothing_but_its_place_is_kept(self, connection: str, address: str) -> None:
        assert sql(connection, table="users").address == address
        assert "CR" not in repr(sql(connection, query="select 'S3CRET'", parameters=["S3CRET"]))

    def test_connections_of_libraries_tell_where_they_lead(self, tmp_path: Path) -> None:
        sqlalchemy = pytest.importorskip("sqlalchemy", reason="SQLAlchemy is not installed")
        there = sqlalchemy.make_url("postgresql+psycopg://ada:S3CRET@db.example/shop")
        assert sql(there, table="users").address == "postgresql://db.example/shop"
        engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path}/shop.db")
        with engine.connect() as connection, sqlite3.connect(tmp_path / "shop.db") as plain:
            connection.execute(sqlalchemy.text("create table users (name text)"))
            connection.commit()
            labels = {sql(each, table="users").label() for each in (engine, connection, plain, str(engine.url))}
        engine.dispose()
        plain.close()
        assert len(labels) == 1
        with pytest.raises(InvalidInput, match="cannot be told"):
            sql(object(), table="users")

    def test_a_query_is_told_by_its_digest_and_its_tables(self) -> None:
        def asked(query: str, **more: Any) -> Remote:
            return sql("postgresql://db/shop", query=query, snapshot=7, **more)

        one = asked("SELECT * FROM public.users u\n JOIN orders USING (id) -- all\n WHERE name = 'Ada  L';")
        assert one.label() == asked("SELECT * FROM public.users u JOIN orders USING (id) WHERE name = 'Ada  L'").label()
        assert one.facts["tables"] == ["orders", "public.users"]
        assert "Ada" not in repr(one)
        others = [
            asked("SELECT * FROM public.users u JOIN orders USING (id) WHERE name = 'Ada L'"),
            asked("SELECT * FROM t WHERE name = %s", parameters=["Ada"]),
            asked("SELECT * FROM t WHERE name = %s", parameters=["Bob"]),
        ]
        assert len({each.label() for each in (one, *others)}) == 4
        assert asked("WITH x AS (SELECT * FROM a) SELECT * FROM x").facts["tables"] == ["a"]
        assert "tables" not in asked("this is ( no SQL").facts

    def test_without_a_snapshot_its_version_is_unknown(self, recorder: capture.Recorder) -> None:
        with pytest.warns(RecordingWarning, match="no snapshot= was given"):
            one = recorder.dataset(sql("postgresql://db/shop", table="public.users"))
        assert one.name == "public.users"
        with pytest.raises(InvalidInput, match="needs a name"):
            recorder.dataset(sql("postgresql://db/shop", query="select 1", snapshot=1))
        with pytest.raises(InvalidInput, match="expected one of them"):
            sql("postgresql://db/shop", table="a", query="select 1")
        moment = datetime(2026, 3, 1, tzinfo=UTC)
        assert sql("bigquery://p/d", table="t", snapshot=moment).facts["snapshot"] == "2026-03-01T00:00:00+00:00"

    def test_one_that_is_a_file_is_seen(self, tmp_path: Path, recorder: capture.Recorder) -> None:
        file = tmp_path / "shop.db"
        with sqlite3.connect(file) as plain:
            plain.execute("create table users (name text)")
        plain.close()
        before = sql(f"sqlite:///{file}", table="users").label()
        assert recorder.dataset(f"sqlite:///{file}").id == recorder.dataset(file).id
        (tmp_path / "copy").mkdir()
        (tmp_path / "copy" / "shop.db").write_bytes(file.read_bytes())
        assert sql(f"sqlite:///{tmp_path}/copy/shop.db", table="users").label() == before
        writer = sqlite3.connect(file)
        writer.execute("pragma journal_mode = wal")
        inside = sql(writer, table="users").label()
        writer.execute("insert into users values ('ada')")
        writer.commit()  # into the log, beside the file
        assert sql(writer, table="users").label() not in (before, inside)
        assert recorder.dataset(f"sqlite:///{file}").version.startswith("remote-")
        writer.close()
        with pytest.raises(InvalidInput, match="no file or directory"):
            sql("sqlite:///nowhere.db", table="users")


class TestAPlugin:
    """A real distribution that can be asked about `lake://` addresses."""

    ASK = (
        "import warnings; warnings.simplefilter('always')\nfrom graphprov import url\n"
        "for key in 'ab':\n    found = url(f'lake://ada:pa55@tables/{key}', fetch=True)\n"
        "    print(dict(found.identity), dict(found.facts), found.size_bytes, found.identity or found.unknown)\n"
    )

    def ask(self, folder: Path, rule: str) -> subprocess.CompletedProcess[str]:
        (folder / "lake.py").write_text(rule)
        about = folder / "lake_rules-0.3.dist-info"
        about.mkdir()
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: lake-rules\nVersion: 0.3\n")
        (about / "entry_points.txt").write_text("[graphprov.remotes]\nlake = lake:ask\n")
        path = os.pathsep.join([str(folder), str(ROOT)])
        return subprocess.run(
            [sys.executable, "-c", self.ASK],
            env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "7"},
            capture_output=True,
            text=True,
            check=True,
        )

    def test_it_is_asked_for_its_scheme(self, tmp_path: Path) -> None:
        told = self.ask(
            tmp_path, "def ask(address, *, timeout):\n    return {'snapshot': address[-1], 'size_bytes': 3}\n"
        )
        assert told.stdout.splitlines() == [
            "{'snapshot': 'a'} {'snapshot': 'a'} 3 {'snapshot': 'a'}",
            "{'snapshot': 'b'} {'snapshot': 'b'} 3 {'snapshot': 'b'}",
        ]

    @pytest.mark.parametrize(
        ("rule", "why"),
        [
            ("import nowhere", "of lake-rules 0.3, cannot be used: ModuleNotFoundError"),
            (
                "def ask(address, *, timeout):\n    raise OSError(address)",
                "of lake-rules 0.3, failed: OSError: lake://",
            ),
            ("def ask(address, *, timeout):\n    return {'tag': 1}", "failed: TypeError: expected a mapping"),
        ],
    )
    def test_one_that_fails_is_named_and_the_version_is_unknown(self, tmp_path: Path, rule: str, why: str) -> None:
        told = self.ask(tmp_path, rule)
        assert told.stdout.count(why) == 2
        assert "pa55" not in told.stdout
        assert told.stderr.count("PluginWarning") == (1 if "cannot be used" in why else 0)
