"""The demo's git repositories."""

import shutil
from datetime import UTC, datetime

import pytest

pytest.importorskip("sklearn")
if shutil.which("git") is None:
    pytest.skip("git is not installed", allow_module_level=True)

from graphprov.demo import repositories
from graphprov.demo.plan import COMMITS, ENGINEERS, REMOTES
from graphprov.errors import InvalidInput


def test_commits_have_the_simulated_dates_authors_and_the_same_hashes_again(tmp_path):
    first = repositories.create_origin("spam-defence", tmp_path / "a")
    second = repositories.create_origin("spam-defence", tmp_path / "b")
    assert first == second
    log = repositories.git(tmp_path / "a", "log", "--reverse", "--format=%an %ae %aI %cI")
    assert log.splitlines() == [
        "Amara Okafor amara@jobs.example 2025-12-16T09:12:00+00:00 2025-12-16T09:12:00+00:00",
        "Jonas Weber jonas@jobs.example 2026-02-20T15:31:00+00:00 2026-02-20T15:31:00+00:00",
    ]


def test_the_users_own_git_configuration_is_not_read(tmp_path, monkeypatch):
    config = tmp_path / "gitconfig"
    config.write_text("[user]\nname = Somebody Else\n[commit]\ngpgsign = true\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    repositories.create_origin("job-seekers", tmp_path / "origin")
    assert repositories.git(tmp_path / "origin", "log", "-1", "--format=%an") == "Sofia Rossi"


@pytest.mark.parametrize("repository", sorted(REMOTES))
def test_every_commit_of_the_plan_can_be_made(tmp_path, repository):
    commits = repositories.create_origin(repository, tmp_path / "origin")
    assert list(commits) == [commit.at for commit in COMMITS if commit.repository == repository]
    assert repositories.git(tmp_path / "origin", "status", "--porcelain") == ""


def test_a_clone_is_clean_ignores_data_and_has_the_companys_remote(tmp_path):
    repositories.create_origin("identity-graph", tmp_path / "origin")
    clone = tmp_path / "laptop" / "identity-graph"
    repositories.clone("identity-graph", tmp_path / "origin", ENGINEERS["mei"], clone)
    (clone / "data" / "x.csv").write_text("a\n")
    (clone / "inbox" / "y.csv").write_text("a\n")
    assert repositories.git(clone, "status", "--porcelain") == ""
    assert repositories.git(clone, "remote", "get-url", "origin") == REMOTES["identity-graph"]
    assert repositories.git(clone, "config", "user.email") == "mei@jobs.example"


def test_pulling_brings_the_code_of_the_day(tmp_path):
    commits = repositories.create_origin("spam-defence", tmp_path / "origin")
    clone = tmp_path / "clone"
    repositories.clone("spam-defence", tmp_path / "origin", ENGINEERS["jonas"], clone)
    for day, text in (("2026-02-04", "MAX_ITER = 40"), ("2026-03-04", "MAX_ITER = 50")):
        at = datetime.fromisoformat(day).replace(tzinfo=UTC)
        repositories.pull(clone, repositories.current_commit(commits, at))
        assert text in (clone / "train_antispam.py").read_text()


def test_an_edit_that_does_not_fit_is_refused(tmp_path):
    (tmp_path / "a.py").write_text("x = 1\n")
    with pytest.raises(InvalidInput, match="exactly once"):
        repositories.edit(tmp_path, [("a.py", "y = 1", "y = 2")])
