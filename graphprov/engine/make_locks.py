"""Make the lock files: `python -m graphprov.engine.make_locks [LINE ...]`.

Resolves the jars of each release with jgo (pure Python, no Maven needed), fetches them, checks each against the SHA-1
that its repository publishes beside it, and writes coordinates, SHA-256 and size to `locks/neo4j-LINE.json`.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from graphprov.engine.releases import RELEASES, Release, jar_path, lock_file
from graphprov.engine.repositories import proxy, repositories

# Test libraries that some published POMs forget to mark as such; no server needs them.
_NOT_NEEDED = ("junit:", "org.mockito:", "org.hamcrest:", "org.objenesis:", "net.bytebuddy:")


def resolve(release: Release) -> list[str]:
    """All coordinates that a release needs, sorted, so that the lock does not depend on the order of resolution."""
    from jgo.maven import MavenContext

    remotes = {source.name: source.url for source in repositories()}
    with tempfile.TemporaryDirectory() as cache:
        context = MavenContext(repo_cache=Path(cache), remote_repos=remotes, timeout=60)
        inputs, transitive = context.resolver.resolve([context.create_dependency(root) for root in release.roots])
        found = {
            ":".join(part for part in (row.groupId, row.artifactId, row.version, row.classifier) if part)
            for row in [*inputs, *transitive]
            if row.type == "jar" and not row.optional
        }
    return sorted(row for row in found if not row.startswith(_NOT_NEEDED))


def describe(coordinates: list[str]) -> list[dict[str, str | int]]:
    """Fetch every jar and say what it is."""
    import httpx

    source = repositories()[0]

    with httpx.Client(follow_redirects=True, timeout=60, proxy=proxy(), auth=source.login) as client:

        def one(coordinate: str) -> dict[str, str | int]:
            url = f"{source.url}/{jar_path(coordinate)}"
            body = client.get(url).raise_for_status().content
            published = client.get(f"{url}.sha1").raise_for_status().text.split()[0]
            if hashlib.sha1(body, usedforsecurity=False).hexdigest() != published:
                raise SystemExit(f"{coordinate}: what came is not what its repository says it published")
            return {"coordinate": coordinate, "sha256": hashlib.sha256(body).hexdigest(), "size": len(body)}

        with ThreadPoolExecutor(max_workers=8) as pool:
            return list(pool.map(one, coordinates))


def main(lines: list[str]) -> None:
    """Write the lock files of some lines, or of all."""
    for line in lines or sorted(RELEASES):
        release = RELEASES[line]
        jars = describe(resolve(release))
        document = {"neo4j": release.version, "roots": list(release.roots), "jars": jars}
        lock_file(line).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
        sys.stderr.write(f"{lock_file(line)}: {len(jars)} jars, {sum(int(row['size']) for row in jars) / 1e6:.0f} MB\n")


if __name__ == "__main__":
    main(sys.argv[1:])
