"""What the embedded server is told: `neo4j.conf`, the log configuration, and Java's own options.

Plain functions from facts to text, so that a test can read them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from graphprov.engine.java import Java
from graphprov.engine.layout import Layout
from graphprov.engine.releases import Release
from graphprov.engine.web import GUIDE

# What every line is told, whatever the machine. Sorted by why.
COMMON: tuple[tuple[str, str], ...] = (
    # Loopback alone.
    ("server.default_listen_address", "127.0.0.1"),
    ("server.default_advertised_address", "127.0.0.1"),
    ("server.http.enabled", "true"),
    ("server.https.enabled", "false"),
    ("server.bolt.enabled", "true"),
    # Nobody is told anything.
    ("dbms.usage_report.enabled", "false"),
    ("client.allow_telemetry", "false"),
    # A laptop's disk: small transaction logs that are not kept, and none reserved beforehand.
    ("db.tx_log.preallocate", "false"),
    ("db.tx_log.rotation.size", "32m"),
    ("db.tx_log.rotation.retention_policy", "1 files"),
    ("server.logs.gc.enabled", "false"),
    ("db.logs.query.enabled", "OFF"),
    # Stopping waits for transactions that run, but not for connections that merely stay open.
    ("db.shutdown_transaction_end_timeout", "2s"),
    ("internal.server.bolt.thread_pool_shutdown_wait_time", "1s"),
    ("internal.dbms.bolt.netty_server_shutdown_timeout", "1s"),
)

# What only one line knows.
BY_LINE: dict[str, tuple[tuple[str, str], ...]] = {
    "2026.08": (
        # Both on by default: broadcasts into the network, and being watched from Neo4j's cloud.
        ("server.fleet_discovery.enabled", "false"),
        ("dbms.fleet_manager.enabled", "false"),
        ("server.http.x_forward.enabled", "false"),
        ("internal.dbms.bolt.netty_server_shutdown_quiet_period_duration", "0s"),
    ),
    "5.26": (("internal.dbms.bolt.netty_server_shutdown_quiet_period", "0"),),
}


def neo4j_conf(
    release: Release,
    *,
    bolt_port: int,
    http_port: int,
    heap_mb: int,
    page_cache_mb: int,
) -> str:
    """The text of `neo4j.conf`."""
    rows = [
        *COMMON,
        *BY_LINE[release.line],
        ("server.bolt.listen_address", f"127.0.0.1:{bolt_port}"),
        ("server.bolt.advertised_address", f"127.0.0.1:{bolt_port}"),
        ("server.http.listen_address", f"127.0.0.1:{http_port}"),
        ("server.http.advertised_address", f"127.0.0.1:{http_port}"),
        ("browser.post_connect_cmd", f"guide http://127.0.0.1:{http_port}/browser/{GUIDE}"),
        ("browser.remote_content_hostname_whitelist", "127.0.0.1,localhost"),
        ("server.memory.heap.initial_size", f"{min(heap_mb, 128)}m"),
        ("server.memory.heap.max_size", f"{heap_mb}m"),
        ("server.memory.pagecache.size", f"{page_cache_mb}m"),
    ]
    head = "# Written by graphprov at every start; changes here do not last.\n"
    return head + "".join(f"{name}={value}\n" for name, value in rows)


def java_options(java: Java, *, heap_mb: int, quick: bool = False) -> list[str]:
    """Options for Java itself, some of which only newer ones know.

    Args:
        java: The Java that is to understand them.
        heap_mb: How much memory its objects may take.
        quick: Use its fast compiler alone: a third less work to start, but slower in queries that run for seconds.
    """
    options = [
        f"-Xms{min(heap_mb, 128)}m",
        f"-Xmx{heap_mb}m",
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:-UsePerfData",
        "-Dfile.encoding=UTF-8",
        "-Djava.awt.headless=true",
        "--add-opens=java.base/java.nio=ALL-UNNAMED",
        "--add-opens=java.base/java.io=ALL-UNNAMED",
        "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
        "--enable-native-access=ALL-UNNAMED",
    ]
    if quick:
        options.append("-XX:TieredStopAtLevel=1")
    if java.feature >= 23:
        options.append("--sun-misc-unsafe-memory-access=allow")
    return options


def argument_file(options: Sequence[str], classpath: Sequence[Path], main_class: str, arguments: Sequence[str]) -> str:
    """The text of a Java `@argfile`: more than 200 jars do not fit into every system's command line.

    >>> print(argument_file(["-Xmx1m"], [Path("a b.jar")], "Main", []), end="")
    "-Xmx1m"
    "-cp"
    "a b.jar"
    "Main"
    """
    import os

    words = [*options, "-cp", os.pathsep.join(str(path) for path in classpath), main_class, *arguments]
    return "".join('"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"\n' for word in words)


def command_arguments(layout: Layout) -> list[str]:
    """What the main class is given."""
    return ["--home-dir", str(layout.root), "--config-dir", str(layout.conf), "--console-mode"]
