"""Execute the plan: deliver, pull, copy between laptops, run the scripts; laptops work at the same time.

The same function runs the pipeline as it was (recorded) and as it would have been with clean deliveries (not recorded).
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from graphprov.demo import repositories
from graphprov.demo.data import World, write_table
from graphprov.demo.plan import ARTIFACTS, ENGINEERS, REMOTES, Engineer, Task, Version, delivered_at, received
from graphprov.demo.worker import Job, Laptop, ScriptError

OnTask = Callable[[Task], None]


@dataclass(frozen=True)
class Places:
    """Where everything lies in the demo's folder."""

    root: Path

    @property
    def outside(self) -> Path:
        """What vendors and other departments put up for download."""
        return self.root / "outside"

    def origin(self, repository: str) -> Path:
        """A repository that engineers clone."""
        return self.root / "origins" / repository

    def laptop(self, engineer: Engineer) -> Path:
        """An engineer's laptop."""
        return self.root / "laptops" / engineer.laptop

    def clone(self, engineer: Engineer) -> Path:
        """An engineer's clone, where they work."""
        return self.laptop(engineer) / engineer.repository

    def journal(self, engineer: Engineer) -> Path:
        """The journal on an engineer's laptop."""
        return self.laptop(engineer) / "graphprov" / "journal.sqlite"

    @property
    def without_the_flaw(self) -> Places:
        """The same places for the pipeline as it would have run with clean deliveries."""
        return Places(self.root / "without-the-flaw")

    def file(self, version: Version, engineer: Engineer | None = None) -> Path:
        """A version's file: at whoever made or received it, or as an engineer's copy."""
        home = ENGINEERS[HOLDERS[version]]
        holder = engineer or home
        made_here = holder == home and ARTIFACTS[version.name].source is None
        return self.clone(holder) / ("data" if made_here else "inbox") / version.file


def _holders(tasks: Iterable[Task]) -> dict[Version, str]:
    return {version: task.engineer for task in tasks for version in (*task.receives, *task.outputs)}


def _all_tasks() -> tuple[Task, ...]:
    from graphprov.demo.plan import tasks

    return tasks()


HOLDERS: Mapping[Version, str] = _holders(_all_tasks())
"""Who made or received a version."""


def deliver(world: World, outside: Path, flawed_months: Iterable[str]) -> None:
    """Write all that is delivered from outside."""
    flawed = set(flawed_months)
    for version in received():
        write_table(world.delivery(version.name, version.month, flawed=version.month in flawed), outside / version.file)


def prepare(places: Places) -> dict[str, dict[datetime, str]]:
    """Create the repositories and clone them to the laptops; each repository's commits."""
    commits = {repository: repositories.create_origin(repository, places.origin(repository)) for repository in REMOTES}
    for engineer in ENGINEERS.values():
        repositories.clone(engineer.repository, places.origin(engineer.repository), engineer, places.clone(engineer))
    return commits


def prepare_copies(places: Places) -> None:
    """Lay out the laptops with the scripts alone, without git."""
    for engineer in ENGINEERS.values():
        places.laptop(engineer).mkdir(parents=True)
        repositories.copy_template(engineer.repository, places.clone(engineer))


class Laptops(ExitStack):
    """The four laptops' processes, started together, ended on leaving."""

    def __init__(self, places: Places) -> None:
        super().__init__()
        self.by_engineer = {
            engineer.name: self.enter_context(Laptop(engineer.laptop, engineer.name, _environment(places, engineer)))
            for engineer in ENGINEERS.values()
        }


def _environment(places: Places, engineer: Engineer) -> dict[str, str]:
    """Each laptop has a home of its own for graphprov, where no database is known: what it records waits for `sync`."""
    home = places.journal(engineer).parent
    home.mkdir(parents=True, exist_ok=True)
    programs = places.laptop(engineer) / "bin"
    programs.mkdir(exist_ok=True)
    write_command(programs)
    return {
        "PATH": os.pathsep.join((str(programs), str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))),
        "GRAPHPROV_HOME": str(home),
        "GRAPHPROV_CACHE": str(home / "cache"),
        "GRAPHPROV_JOURNAL": str(places.journal(engineer)),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def write_command(folder: Path) -> None:
    """Put a `graphprov` into a folder that records as the laptop on which it is typed."""
    command = folder / "graphprov"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m graphprov.cli.demo_laptop "$@"\n', encoding="utf-8")
    command.chmod(0o755)


def execute(
    places: Places,
    laptops: Laptops,
    tasks: Iterable[Task],
    *,
    commits: Mapping[str, Mapping[datetime, str]] | None,
    on_task: OnTask = lambda _: None,
) -> None:
    """Run the tasks: each laptop its own in order, and waiting for what others have yet to send.

    Args:
        places: Where the laptops lie.
        laptops: Their processes.
        tasks: What to do.
        commits: Each repository's commits: the scripts are recorded, on the commit of the task's day. None: nothing is
            recorded, and the laptops hold plain copies, edited as the commits did.
        on_task: Called when a task has ended, by any of the laptops' threads.

    Raises:
        ScriptError: The first failure; the other laptops stop at their next task.
    """
    _Execution(places, laptops, tuple(tasks), commits, on_task).run()


class _Execution:
    def __init__(
        self,
        places: Places,
        laptops: Laptops,
        tasks: tuple[Task, ...],
        commits: Mapping[str, Mapping[datetime, str]] | None,
        on_task: OnTask,
    ) -> None:
        self.places, self.laptops, self.tasks, self.commits, self.on_task = places, laptops, tasks, commits, on_task
        self.there = {version: threading.Event() for version in _holders(tasks)}
        self.failed = threading.Event()
        self.errors: list[BaseException] = []

    def run(self) -> None:
        threads = [threading.Thread(target=self._work, args=(engineer,)) for engineer in ENGINEERS.values()]
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                thread.join()
        except BaseException:  # Ctrl-C: each laptop ends its script, and none begins another
            self.failed.set()
            for thread in threads:
                thread.join()
            raise
        if self.errors:
            raise self.errors[0]

    def _work(self, engineer: Engineer) -> None:
        try:
            for task in self.tasks:
                if task.engineer != engineer.name:
                    continue
                if not self._all_there(task):
                    return
                self._do(task, engineer)
                for version in (*task.receives, *task.outputs):
                    self.there[version].set()
                self.on_task(task)
        except BaseException as error:
            self.errors.append(error)
            self.failed.set()

    def _all_there(self, task: Task) -> bool:
        """Wait for the task's inputs; False when somebody failed meanwhile."""
        for version in task.inputs:
            waited = self.there.get(version)
            while waited is not None and not waited.wait(timeout=0.2):
                if self.failed.is_set():
                    return False
        return not self.failed.is_set()

    def _do(self, task: Task, engineer: Engineer) -> None:
        clone = self.places.clone(engineer)
        if self.commits is not None:
            repositories.pull(
                clone, repositories.current_commit(dict(self.commits[engineer.repository]), task.starts_at)
            )
            repositories.edit(clone, task.uncommitted)
        else:
            edit_as_committed(clone, engineer.repository, task)
        self._receive(task, clone)
        for version in task.inputs:
            if HOLDERS[version] != engineer.name:
                _copy(self.places.file(version), self.places.file(version, engineer))
        laptop, recorded = self.laptops.by_engineer[engineer.name], self.commits is not None
        job = Job(clone, task.command, task.starts_at, task.month, recorded)
        if task.killed_first is not None and recorded:
            started = 1 + len(task.killed_first.inputs)
            laptop.run(replace(job, run=task.killed_first.month, killed_after=started))
        elif task.killed_first is not None:
            laptop.restart()
        laptop.run(job)
        if missing := [str(version) for version in task.outputs if not self.places.file(version).is_file()]:
            raise ScriptError(f"{task} did not write {', '.join(missing)}")
        if self.commits is not None and task.uncommitted:
            repositories.git(clone, "checkout", "--quiet", "--", ".")

    def _receive(self, task: Task, clone: Path) -> None:
        """Download deliveries with the note that says from whom and when."""
        if not task.receives:
            return
        rows = [("file", "source", "issued", "delivered", "rows")]
        for version in task.receives:
            _copy(self.places.outside / version.file, clone / "inbox" / version.file)
            with (self.places.outside / version.file).open(encoding="utf-8") as lines:
                count = sum(1 for _ in lines) - 1
            arrived, source = delivered_at(version), ARTIFACTS[version.name].source or ""
            issued = arrived - timedelta(hours=2)
            rows.append((version.file, source, issued.isoformat(), arrived.isoformat(), str(count)))
        path = clone / "inbox" / f"deliveries-{task.month}.tsv"
        path.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")


def edit_as_committed(clone: Path, repository: str, task: Task) -> None:
    """Bring plain copies of the scripts to the task's day by the commits' own edits, uncommitted ones included."""
    from graphprov.demo.plan import COMMITS

    done = clone / "data" / ".edits"
    applied = set(done.read_text(encoding="utf-8").splitlines()) if done.exists() else set()
    due = [
        one
        for commit in COMMITS
        if commit.repository == repository and commit.at <= task.starts_at
        for one in commit.edits
    ]
    for one in [*due, *task.uncommitted]:
        if repr(one) not in applied:
            repositories.edit(clone, [one])
            applied.add(repr(one))
    done.write_text("\n".join(sorted(applied)), encoding="utf-8")


def _copy(source: Path, target: Path) -> None:
    if not target.exists():
        shutil.copyfile(source, target)
