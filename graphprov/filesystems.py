"""On what kind of file system a path lies: some cannot do what a local disk can, and do not say so."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

NETWORK = frozenset(
    """nfs nfs3 nfs4 cifs smb2 smb3 smbfs ncpfs afs afpfs webdav davfs 9p virtiofs ceph glusterfs lustre gpfs beegfs
    ocfs2 gfs2 pvfs2 orangefs moosefs drvfs prl_fs vboxsf vmhgfs""".split()  # noqa: SIM905
)
"""File systems that other machines reach too: shared memory beside a file means nothing there."""
_FUSE = re.compile(r"fuse\.(sshfs|rclone|s3fs|gcsfuse|goofys|glusterfs|ceph|davfs|smbnetfs|gvfsd|vmhgfs|juicefs)")
_MOUNTS = Path("/proc/self/mounts")
_ESCAPE = re.compile(r"\\([0-7]{3})")


def network_kind(path: Path) -> str | None:
    """The kind of network file system that a path lies on (`nfs4`, `cifs`, ...); None for a local one, or if unknown.

    Args:
        path: Need not exist; its folder decides.
    """
    kind = _kind(path)
    if kind is not None and (kind in NETWORK or _FUSE.match(kind)):
        return kind
    return None


def _kind(path: Path) -> str | None:
    whole = os.path.realpath(path)
    if os.name == "nt":
        return "cifs" if whole.startswith("\\\\") else None
    try:
        return kind_in(_MOUNTS.read_text(encoding="utf-8", errors="surrogateescape"), whole)
    except OSError:
        return _kind_elsewhere(whole) if sys.platform == "darwin" else None


def kind_in(mounts: str, path: str) -> str | None:
    r"""The kind of the file system of an absolute path, by a table of mounts as Linux has it; the last mount covers.

    >>> kind_in("/dev/sda1 / ext4 rw 0 0\nserver:/home /home/my\\040ada nfs4 rw 0 0", "/home/my ada/journal.sqlite")
    'nfs4'
    """
    best, kind = -1, None
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = _ESCAPE.sub(lambda match: chr(int(match[1], 8)), fields[1]).rstrip("/")
        if (path == point or path.startswith(f"{point}/")) and len(point) >= best:
            best, kind = len(point), fields[2]
    return kind


def _kind_elsewhere(path: str) -> str | None:
    import psutil

    mounts = [f"{each.device} {each.mountpoint} {each.fstype}" for each in psutil.disk_partitions(all=True)]
    return kind_in("\n".join(mounts), path)
