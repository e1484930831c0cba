"""Where does the OpenSearch that tests run come from? Its jars from Maven Central and our launcher, once for all runs.

They lie in the cache folder, by version and by what they were made of. Not here: starting nodes (cluster.py). As a
program, ``python -m tests.opensearch.artefacts`` fetches what this machine can run; it needs nothing but Python.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VERSION = "2.19.6"
NEWEST = "3.9.0"
LAUNCHER = Path(__file__).parent / "launcher"
JVMS = Path("/usr/lib/jvm")  # where Linux distributions put them


class NotFetchedError(Exception):
    """The artefacts could not be had; the message says why."""


def unavailable(version: str) -> str:
    """Why no node of this version can run here; empty if one can."""
    least = least_java(version)
    if not jdk(least):
        return f"OpenSearch {version} needs a JDK of Java {least} or newer, and none was found"
    if not (folder(version).exists() or shutil.which("mvn")):
        return f"OpenSearch {version} is not in the cache, and Maven, which would fetch it, is not installed"
    return ""


def least_java(version: str) -> int:
    return 17 if version.startswith("2.") else 21


def jdk(least: int) -> Path | None:
    """The folder of a JDK, with a compiler, of this version of Java or a newer one."""
    return next((home for home in _jdks() if java_version(home) >= least), None)


def _jdks() -> Iterator[Path]:
    if named := os.environ.get("JAVA_HOME"):
        yield Path(named)
    if on_path := shutil.which("java"):
        yield Path(on_path).resolve().parents[1]
    yield from (home for home in sorted(JVMS.glob("*")) if not home.is_symlink())


@functools.cache
def java_version(home: Path) -> int:
    """17, 21, …; 0 where there is no whole JDK."""
    java = home / "bin" / "java"
    if not (java.exists() and (home / "bin" / "javac").exists()):
        return 0
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60).stderr
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r'version "(\d+)', said)
    return int(found[1]) if found else 0


def folder(version: str) -> Path:
    """Where they are once fetched: ``lib`` and ``classes``. It is never written to again, so whoever runs them may."""
    return _cache(version) / _made_of()


def _cache(version: str) -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "article-search" / f"opensearch-{version}"


def _made_of() -> str:
    sources = b"".join((LAUNCHER / name).read_bytes() for name in ("pom.xml", "SearchNode.java"))
    return hashlib.sha256(sources).hexdigest()[:12]


def fetch(version: str) -> Path:
    """The folder of the artefacts, fetched if they are not there yet; raises NotFetchedError."""
    done = folder(version)
    if done.exists():
        return done
    if reason := unavailable(version):
        raise NotFetchedError(reason)
    done.parent.mkdir(parents=True, exist_ok=True)
    with alone(done.parent / ".lock"):
        if not done.exists():  # another process may have been quicker
            with tempfile.TemporaryDirectory(prefix=".new-", dir=done.parent) as new:
                _make(version, Path(new) / "made").rename(done)
    return done


def _make(version: str, into: Path) -> Path:
    """Fetches the jars and compiles the launcher with them."""
    into.mkdir()
    options = [f"-Dopensearch.version={version}", f"-DoutputDirectory={into / 'lib'}"]
    try:
        _run("mvn", "-q", "-B", "-f", LAUNCHER / "pom.xml", *options, "dependency:copy-dependencies")
    except (OSError, RuntimeError, subprocess.TimeoutExpired) as error:
        raise NotFetchedError(f"OpenSearch {version} could not be fetched: {error}") from error
    least = least_java(version)
    home = jdk(least)
    assert home
    sources: list[str | Path] = ["-cp", f"{into / 'lib'}/*", "-d", into / "classes", LAUNCHER / "SearchNode.java"]
    _run(home / "bin" / "javac", "--release", str(least), *sources)
    return into


def _run(*command: str | Path) -> None:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=900
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stdout.strip()[-800:]}")


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """While no other process is in here; the system ends it with the process."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)  # a child that has inherited the file would keep it


def main() -> int:
    code = 0
    for version in (VERSION, NEWEST):
        try:
            print(f"OpenSearch {version}: {fetch(version)}")  # noqa: T201
        except NotFetchedError as error:
            print(f"NOT FETCHED: {error}; the tests with it are skipped")  # noqa: T201
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
