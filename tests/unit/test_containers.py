"""Which container a process is in, from the marks that each kind leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

import graphprov as gp
from graphprov.capture import containers
from graphprov.capture.containers import surrounding
from tests.unit.test_run import Said

ID = "0123456789abcdef" * 4
MOUNT = f"1 2 8:1 /var/lib/docker/containers/{ID}/hostname /etc/hostname rw - ext4 /dev/sda1 rw\n"


@pytest.mark.parametrize(
    ("files", "variables", "expected"),
    [
        ({}, {}, {}),
        ({"proc/self/cgroup": "0::/user.slice/session-1.scope\n"}, {}, {}),
        ({".dockerenv": "", "proc/self/cgroup": f"5:cpu:/docker/{ID}\n"}, {}, {"kind": "docker", "id": ID}),
        (
            {".dockerenv": "", "proc/self/cgroup": "0::/\n", "proc/self/mountinfo": MOUNT},
            {},
            {"kind": "docker", "id": ID},
        ),
        (
            {"run/.containerenv": f'engine="podman-4"\nname="job"\nid="{ID}"\nimage="quay.io/x:1"\nimageid="abc"\n'},
            {"container": "podman"},
            {"kind": "podman", "id": ID, "image": "quay.io/x:1", "name": "job"},
        ),
        (
            {"proc/self/cgroup": f"0::/kubepods/pod1/cri-containerd-{ID}.scope\n"},
            {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "HOSTNAME": "train-x7"},
            {"kind": "kubernetes", "id": ID, "name": "train-x7"},
        ),
        (
            {},
            {"APPTAINER_CONTAINER": "/images/ml.sif", "APPTAINER_NAME": "ml.sif", "SINGULARITY_NAME": "ml.sif"},
            {"kind": "apptainer", "image": "/images/ml.sif", "name": "ml.sif"},
        ),
        ({}, {"SINGULARITY_NAME": "ml.sif"}, {"kind": "singularity", "name": "ml.sif"}),
        ({}, {"container": "lxc"}, {"kind": "lxc"}),
    ],
)
def test_a_container_is_told_by_its_marks(
    tmp_path: Path, files: dict[str, str], variables: dict[str, str], expected: dict[str, str]
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert surrounding(tmp_path, variables) == expected


def test_a_run_says_in_which_container_it_was_and_metadata_of_its_own_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(containers, "own", lambda: {"kind": "docker", "id": ID})
    with gp.run("one", code=False) as run, gp.run("two", code=False, metadata={"container": "mine"}) as other:
        pass
    said = Said().nodes
    assert (said[run.id]["container.kind"], said[run.id]["container.id"]) == ("docker", ID)
    assert said[other.id]["container"] == "mine"
