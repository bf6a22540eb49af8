"""Lines as strace prints them, and what they tell."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphprov.observe.events import Cut, Event, Executed, Linked, Opened, Removed, Renamed
from graphprov.observe.observers import _strace, strace_trouble
from graphprov.observe.strace_lines import StraceReader, unescaped


def events(*lines: str, folder: str = "/p") -> list[Event]:
    reader = StraceReader(folder)
    return [event for line in lines for event in reader.read(line)]


def opened(*lines: str) -> list[tuple[str, str, str]]:
    """Path, name, and one letter for each of reads, writes, anew."""
    return [
        (each.path, each.named, "r" * each.reads + "w" * each.writes + "n" * each.anew)
        for each in events(*lines)
        if isinstance(each, Opened)
    ]


@pytest.mark.parametrize(
    ("flags", "letters"),
    [
        ("O_RDONLY", "r"),
        ("O_RDONLY|O_CLOEXEC|O_NONBLOCK", "r"),
        ("O_WRONLY|O_CREAT|O_TRUNC, 0666", "wn"),
        ("O_WRONLY|O_CREAT|O_APPEND, 0666", "w"),
        ("O_WRONLY|O_CREAT|O_EXCL, 0600", "wn"),
        ("O_RDWR|O_CREAT|O_CLOEXEC, 0644", "rw"),
        ("O_RDWR|O_CREAT|O_TRUNC, 0644", "rwn"),
    ],
)
def test_the_flags_of_opening_say_what_may_be_done(flags: str, letters: str) -> None:
    assert opened(f'7 1.5 openat(AT_FDCWD</p>, "a", {flags}) = 3</p/a>') == [("/p/a", "/p/a", letters)]


@pytest.mark.parametrize("path", ["a", "../a", "/d//./a", "x/../a b", "café", r"a\") = 3", r"a\nb", "a, O_RDWR"])
@pytest.mark.parametrize("flags", ["O_RDONLY|O_CLOEXEC", "O_RDONLY|O_DIRECTORY", "O_RDONLY|O_CREAT|O_TRUNC, 0666"])
@pytest.mark.parametrize("result", ["3</real/a>", r"3</real/a\12b>", "3<pipe:[7]>", "-1 ENOENT (No such file)"])
def test_a_line_in_one_piece_tells_what_the_same_line_in_two_parts_does(path: str, flags: str, result: str) -> None:
    call, following = f'openat(AT_FDCWD</q>, "{path}", {flags}', '7 1.5 openat(AT_FDCWD, "z", O_RDONLY) = 4</q/z>'
    whole = events(f"7 1.5 {call}) = {result}", following)
    assert whole == events(f"7 1.4 {call} <unfinished ...>", f"7 1.5 <... openat resumed>) = {result}", following)


def test_what_failed_or_never_returned_tells_nothing() -> None:
    assert not events(
        '7 1.5 openat(AT_FDCWD</p>, "a", O_RDONLY) = -1 ENOENT (No such file or directory)',
        '7 1.6 rename("a", "b") = -1 EACCES (Permission denied)',
        '7 1.7 openat(AT_FDCWD</p>, "a", O_RDONLY <unfinished ...>',
        "7 1.8 <... openat resumed>) = ?",
        "7 1.9 --- SIGCHLD {si_signo=SIGCHLD} ---",
        "strace: some warning",
        "",
    )


def test_folders_and_what_has_no_name_are_no_files() -> None:
    assert not events(
        '7 1.5 openat(AT_FDCWD</p>, ".", O_RDONLY|O_NONBLOCK|O_CLOEXEC|O_DIRECTORY) = 3</p>',
        '7 1.5 openat(AT_FDCWD</p>, ".", O_RDWR|O_TMPFILE, 0600) = 3</p/#12>(deleted)',
    )


def test_the_descriptor_says_where_a_link_leads() -> None:
    line = '7 1.5 openat(AT_FDCWD</p>, "latest.csv", O_RDONLY) = 3</lake/2026-03.csv>'
    assert opened(line) == [("/lake/2026-03.csv", "/p/latest.csv", "r")]


def test_a_path_may_be_relative_to_a_descriptor() -> None:
    assert events('7 1.5 renameat2(5</p/x>, "a", 6</p/y>, "../b", RENAME_NOREPLACE) = 0') == [
        Renamed(1.5, "/p/x/a", "/p/b")
    ]
    assert events('7 1.5 unlinkat(5</p/x>, "a", 0) = 0') == [Removed(1.5, "/p/x/a")]
    assert events('7 1.5 linkat(5</p/x>, "a", AT_FDCWD</p>, "b", 0) = 0') == [Linked(1.5, "/p/x/a", "/p/b")]


def test_the_other_calls() -> None:
    assert events(
        '7 1.0 execve("./step.sh", ["./step.sh", "a, \\"b\\""], 0x7ffc /* 35 vars */) = 0',
        '7 1.1 truncate("a", 0) = 0',
        "7 1.2 ftruncate(3</p/b>, 17) = 0",
        '7 1.3 renameat2(AT_FDCWD</p>, "a", AT_FDCWD</p>, "b", RENAME_EXCHANGE) = 0',
        '7 1.4 unlink("a") = 0',
        '7 1.5 creat("c", 0666) = 3</p/c>',
    ) == [
        Executed(1.0, "/p/step.sh"),
        Cut(1.1, "/p/a", 0),
        Cut(1.2, "/p/b", 17),
        Renamed(1.3, "/p/a", "/p/b", exchanged=True),
        Removed(1.4, "/p/a"),
        Opened(1.5, "/p/c", "/p/c", reads=False, writes=True, anew=True),
    ]


def test_two_processes_that_interrupt_each_other() -> None:
    assert opened(
        '7 1.0 openat(AT_FDCWD</p>, "a <unfinished ...>", O_RDONLY <unfinished ...>',
        '8 1.1 openat(AT_FDCWD</p/x>, "b", O_WRONLY|O_CREAT|O_TRUNC, 0666 <unfinished ...>',
        "7 1.2 <... openat resumed>) = 3</p/a \\74unfinished ...\\76>",
        "8 1.3 <... openat resumed>) = 3</p/x/b>",
    ) == [("/p/a <unfinished ...>", "/p/a <unfinished ...>", "r"), ("/p/x/b", "/p/x/b", "wn")]


def test_each_process_has_its_folder_and_a_child_begins_in_its_parents() -> None:
    assert [
        event.path
        for event in events(
            '7 1.0 chdir("x") = 0',
            "7 1.1 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD) = 8",
            '8 1.2 unlink("a") = 0',
            '8 1.3 chdir("/q") = 0',
            '8 1.4 unlink("a") = 0',
            '7 1.5 unlink("a") = 0',
            "7 1.6 fchdir(4</r>) = 0",
            '7 1.7 unlink("a") = 0',
        )
        if isinstance(event, Removed)
    ] == ["/p/x/a", "/q/a", "/p/x/a", "/r/a"]


def test_a_child_that_is_heard_before_the_call_that_made_it_returns() -> None:
    reader = StraceReader("/p")
    told = [
        event
        for line in (
            '7 1.0 chdir("/q") = 0',
            "7 1.1 vfork( <unfinished ...>",
            '8 1.2 unlink("a") = 0',
            "7 1.3 <... vfork resumed>) = 8",
            "8 1.4 +++ exited with 0 +++",
            "7 1.5 +++ killed by SIGKILL +++",
        )
        for event in reader.read(line)
    ]
    assert told == [Removed(1.2, "/q/a")]
    assert (reader.alive, reader.ended) == (set(), {8: "exited with 0", 7: "killed by SIGKILL"})


def test_threads_share_their_folder() -> None:
    assert events(
        "7 1.0 clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_THREAD, stack=0x1}, 88) = 8",
        '8 1.1 chdir("/q") = 0',
        '7 1.2 unlink("a") = 0',
    ) == [Removed(1.2, "/q/a")]


names = st.binary(min_size=1, max_size=30).filter(lambda raw: b"\0" not in raw and b"/" not in raw)


def quoted(raw: bytes) -> str:
    return "".join(chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\<>' else f"\\{byte:03o}" for byte in raw)


@given(names)
def test_any_name_comes_back_from_its_quoted_form(raw: bytes) -> None:
    assert unescaped(quoted(raw)) == os.fsdecode(raw)
    path = f"/p/{os.fsdecode(raw)}"
    (event,) = events(f'7 1.5 openat(AT_FDCWD</p>, "/p/{quoted(raw)}", O_RDONLY) = 3</p/{quoted(raw)}>')
    assert isinstance(event, Opened)
    assert event.path == path


@given(st.lists(st.sampled_from([7, 8, 9]), max_size=20))
def test_calls_cut_in_two_tell_the_same_as_whole_ones(pids: list[int]) -> None:
    whole = [(pid, f'openat(AT_FDCWD</p>, "f{n}", O_RDONLY', f") = 3</p/f{n}>") for n, pid in enumerate(pids)]
    lines: list[str] = []
    waiting: dict[int, str] = {}
    for pid, begun, rest in whole:
        if pid in waiting:
            lines.append(f"{pid} 1.0 <... openat resumed>{waiting.pop(pid)}")
        lines.append(f"{pid} 1.0 {begun} <unfinished ...>")
        waiting[pid] = rest
    lines += [f"{pid} 1.0 <... openat resumed>{rest}" for pid, rest in waiting.items()]
    assert sorted(opened(*lines)) == sorted(opened(*(f"{pid} 1.0 {begun}{rest}" for pid, begun, rest in whole)))


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=80))
def test_no_line_is_an_error(text: str) -> None:
    events(f"7 1.5 openat({text}", f"7 1.5 {text}", text)


@pytest.mark.skipif(strace_trouble() is not None, reason=f"strace may not watch: {strace_trouble()}")
def test_what_the_real_strace_prints_of_awkward_names(tmp_path: Path) -> None:
    files = ["with space", 'quo"te', "back\\slash", "new\nline", "ta\tb", "<angle>", "café", "a, O_RDONLY) = 3"]
    for name in files:
        (tmp_path / name).write_text("x")
    log = tmp_path / "log"
    cat = shutil.which("cat") or "cat"
    subprocess.run([*_strace(str(log)), cat, *files], cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
    seen: list[Event] = []
    for _ in range(200):  # strace ends a little after what it watches
        reader = StraceReader(str(tmp_path))
        seen = [event for line in log.read_text().splitlines() for event in reader.read(line)]
        if reader.ended:
            break
        time.sleep(0.01)
    paths = [event.path for event in seen if isinstance(event, Opened)]
    assert [path for path in paths if path.startswith(str(tmp_path))] == [str(tmp_path / name) for name in files]
