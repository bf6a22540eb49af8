"""The demo's plan and the truth that follows from it."""

from importlib.resources import files
from pathlib import Path

from graphprov.capture.naming import Called, called
from graphprov.demo import plan
from graphprov.demo.plan import (
    ARTIFACTS,
    COMMITS,
    ENGINEERS,
    MONTHS,
    REMOTES,
    Version,
    delivered_at,
    received,
    steps,
    tasks,
)
from graphprov.demo.truth import truth


def test_every_input_is_made_or_received_before_it_is_used():
    there = set()
    for task in tasks():
        there.update(task.receives)
        for step in task.steps:
            assert there.issuperset(step.inputs), step
            there.update(step.outputs)


def test_every_version_is_made_or_received_once():
    versions = [*received(), *(output for step in steps() for output in step.outputs)]
    assert len(versions) == len(set(versions))
    assert {version.name for version in versions} == set(ARTIFACTS)


def test_what_an_output_is_derived_from_is_an_input_of_its_step():
    for step in steps():
        for output, source in step.derived:
            assert output in step.outputs
            assert source in step.inputs


def test_nobody_starts_before_what_they_need_was_delivered_or_made():
    ready = {}
    for task in tasks():
        for version in task.receives:
            assert delivered_at(version) <= task.starts_at
        assert all(ready[version] < task.starts_at for version in task.inputs), task
        ready |= dict.fromkeys((*task.receives, *task.outputs), task.starts_at)


def test_every_task_is_a_script_in_its_engineers_repository():
    for task in tasks():
        repository = ENGINEERS[task.engineer].repository
        assert (files("graphprov.demo") / "repositories" / repository / task.script).is_file(), task


def test_every_repository_calls_the_files_that_its_tasks_touch_as_the_plan_does():
    for task in tasks():
        repository = Path(str(files("graphprov.demo"))) / "repositories" / ENGINEERS[task.engineer].repository
        for version in {*task.receives, *task.inputs, *task.outputs}:
            for folder in ("inbox", "data"):
                kind = ARTIFACTS[version.name].kind
                assert called(repository / folder / version.file) == Called(version.name, kind), (task, version)


def test_every_script_or_command_says_the_name_and_the_kind_of_its_steps():
    for task in tasks():
        repository = ENGINEERS[task.engineer].repository
        script = (files("graphprov.demo") / "repositories" / repository / task.script).read_text(encoding="utf-8")
        said = f"{' '.join(task.command)}\n{script}"
        for step in task.steps:
            assert (
                f'"{step.name}"' in said
                or f"--name {step.name} " in said
                or f"def {step.name.replace('-', '_')}(" in said
            )
            assert f'kind="{step.kind}"' in said or f"--kind {step.kind} " in said


def test_the_four_engineers_record_in_four_ways():
    ways = {engineer: set() for engineer in ENGINEERS}
    for task in tasks():
        repository = ENGINEERS[task.engineer].repository
        script = (files("graphprov.demo") / "repositories" / repository / task.script).read_text(encoding="utf-8")
        marks = {"sh": task.command[0] == "sh", "run": task.command[:2] == ("graphprov", "run")}
        marks |= {"step": "@gp.step(" in script, "auto": "graphprov.auto(" in script, "with": "with gp.run(" in script}
        ways[task.engineer] |= {way for way, used in marks.items() if used}
        assert "graphprov" not in script or not marks["run"]
    assert ways == {"amara": {"run", "sh"}, "jonas": {"step"}, "mei": {"auto"}, "sofia": {"sh", "with"}}


def test_one_of_them_is_killed_in_the_middle_and_comes_back():
    (killed,) = (task for task in tasks() if task.killed_first)
    assert (killed.engineer, killed.month) == ("jonas", plan.KILLED_MONTH)
    (again,) = (step for step in killed.steps if step.name == killed.killed_first.name)
    assert set(killed.killed_first.inputs) < set(again.inputs)
    assert killed.killed_first.outputs == ()


def test_four_engineers_on_three_teams_work_in_three_repositories():
    assert len(ENGINEERS) == 4
    assert {engineer.team for engineer in ENGINEERS.values()} == set(plan.TEAMS)
    assert {engineer.repository for engineer in ENGINEERS.values()} == set(REMOTES)
    assert {commit.repository for commit in COMMITS} == set(REMOTES)


def test_the_flawed_deliveries_lie_in_the_window_and_no_other_does():
    since, until = plan.WINDOW
    inside = {month for month in MONTHS if since <= delivered_at(Version("ip-blacklist", month)) < until}
    assert inside == set(plan.FLAWED_MONTHS)


def test_a_clean_month_is_affected_as_long_as_its_model_trains_on_a_flawed_one():
    affected = truth().affected
    assert "ip-blacklist@2026-05" not in affected
    assert "antispam@2026-06" in affected  # trains on April, May and June
    assert "antispam@2026-07" not in affected
    assert "job-seeker-predictions@2026-07" not in affected


def test_an_old_model_that_is_still_in_use_carries_the_flaw_into_months_that_are_clean_otherwise():
    july = {name for name in truth().affected if name.endswith("2026-07")}
    assert july == {"internship-matches@2026-07"}  # ranked by the model of May


def test_what_never_saw_an_address_is_clear_in_every_month():
    unaffected = truth().unaffected
    for name in ("link-safety", "vacancy-trend", "account-features", "membership-statistics", "job-survey"):
        assert {f"{name}@{month}" for month in MONTHS} <= unaffected


def test_the_statistics_of_an_affected_cleaning_are_cleared_by_their_derivation():
    assert truth().cleared == {f"membership-statistics@2026-{month}" for month in ("03", "04", "05", "06")}


def test_the_truth_splits_the_whole_plan():
    found = truth()
    versions = {str(v) for v in (*received(), *(output for step in steps() for output in step.outputs))}
    assert found.affected | found.unaffected == versions
    assert not found.affected & found.unaffected
    assert found.flawed == {"ip-blacklist@2026-03", "ip-blacklist@2026-04"}
    assert (len(found.affected), len(found.affected_steps)) == (56, 45)


def test_every_repository_has_its_scripts_before_somebody_runs_one():
    first = {repository: min(c.at for c in COMMITS if c.repository == repository) for repository in REMOTES}
    assert all(first[ENGINEERS[task.engineer].repository] < task.starts_at for task in tasks())
