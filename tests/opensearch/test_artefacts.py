"""Where nodes can run is told without starting one, and what they need is fetched once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.opensearch import artefacts
from tests.opensearch.artefacts import NEWEST, VERSION, NotFetchedError, fetch, jdk, unavailable
from tests.opensearch.fixtures import need

ROOT = Path(__file__).parents[2]
MakeJdk = Callable[..., Path]


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine that has no Java, no Maven and an empty cache; the folder where JDKs are looked for."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(artefacts, "JVMS", tmp_path / "jvm")
    (tmp_path / "bin").mkdir()
    return tmp_path / "jvm"


@pytest.fixture
def make_jdk(bare: Path) -> MakeJdk:
    """Puts a JDK there that says it is of some version."""

    def make(home: str, version: str, compiler: bool = True) -> Path:
        program(bare / home / "bin" / "java", f"echo 'openjdk version \"{version}\" 2025-04-15' >&2")
        if compiler:
            program(bare / home / "bin" / "javac", "exit 1")
        return bare / home

    return make


def program(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_a_jdk_that_is_new_enough_is_found_wherever_it_is(
    make_jdk: MakeJdk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = make_jdk("java-8", "1.8.0_402")
    installed = make_jdk("java-17", "17.0.15")
    assert jdk(17) == installed
    assert jdk(21) is None
    on_path = make_jdk("../opt/java-22", "22.0.1").resolve()
    (tmp_path / "bin" / "java").symlink_to(on_path / "bin" / "java")
    assert jdk(21) == on_path
    monkeypatch.setenv("JAVA_HOME", str(make_jdk("../opt/java-25", "25")))
    assert jdk(21) == tmp_path / "jvm" / "../opt/java-25"
    monkeypatch.setenv("JAVA_HOME", str(old))
    assert jdk(21) == on_path


def test_a_java_that_cannot_compile_is_none(make_jdk: MakeJdk) -> None:
    make_jdk("jre-21", "21.0.2", compiler=False)
    assert jdk(17) is None


def test_what_is_missing_is_said(make_jdk: MakeJdk, tmp_path: Path) -> None:
    assert unavailable(VERSION) == f"OpenSearch {VERSION} needs a JDK of Java 17 or newer, and none was found"
    make_jdk("java-17", "17.0.15")
    assert "Maven" in unavailable(VERSION)
    assert "Java 21" in unavailable(NEWEST)
    program(tmp_path / "bin" / "mvn", "")
    assert unavailable(VERSION) == ""
    assert "Java 21" in unavailable(NEWEST)


def test_once_fetched_they_need_no_maven(make_jdk: MakeJdk) -> None:
    make_jdk("java-17", "17.0.15")
    artefacts.folder(VERSION).mkdir(parents=True)
    assert unavailable(VERSION) == ""
    assert fetch(VERSION) == artefacts.folder(VERSION)


def test_a_fetch_that_fails_says_why_and_leaves_nothing(make_jdk: MakeJdk, tmp_path: Path) -> None:
    make_jdk("java-17", "17.0.15")
    program(tmp_path / "bin" / "mvn", "echo 'Unknown host repo.maven.apache.org'; exit 1")
    with pytest.raises(NotFetchedError, match="Unknown host"):
        fetch(VERSION)
    assert [path.name for path in artefacts.folder(VERSION).parent.iterdir()] == [".lock"]


def test_whoever_needs_what_cannot_be_had_is_skipped_with_the_reason(bare: Path) -> None:
    with pytest.raises(pytest.skip.Exception, match="needs a JDK"):
        need(VERSION)


@pytest.mark.cluster
@pytest.mark.slow
def test_two_processes_at_once_fetch_once_between_them(tmp_path: Path) -> None:
    """By a Maven that copies the jars that are in the real cache, and leaves a line each time."""
    need(VERSION)
    copy = f'for one; do case $one in -DoutputDirectory=*) cp -r "{fetch(VERSION) / "lib"}" "${{one#*=}}";; esac; done'
    program(tmp_path / "bin" / "mvn", f'echo called >>"{tmp_path / "calls"}"\nsleep 1\n{copy}')
    environment = dict(os.environ) | {
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    program_text = f"from tests.opensearch.artefacts import fetch; print(fetch({VERSION!r}))"
    both = [
        subprocess.Popen([sys.executable, "-c", program_text], cwd=ROOT, env=environment, stdout=-1, text=True)
        for _ in range(2)
    ]
    folders = {Path(process.communicate(timeout=300)[0].strip()) for process in both}
    assert [process.returncode for process in both] == [0, 0]
    (made,) = folders
    assert (made / "classes" / "SearchNode.class").exists()
    assert (tmp_path / "calls").read_text() == "called\n"
    shutil.rmtree(tmp_path / "cache")  # 40 MB
