"""Which container a process is in, from the marks that each kind leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphprov.observe.containers import surrounding

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
