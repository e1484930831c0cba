"""How does a test get a cluster of its own, whose nodes it may kill, pause and restart? One JVM a node, on loopback.

The nodes are processes of the test's and never outlive it: leaving the ``with`` ends them, and where the test's process
is killed, so that nothing can be left, a guard ends them, the paused ones too. Not here: what they run (artefacts.py),
one cluster for many tests (sharing.py).
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.opensearch import artefacts
from tests.opensearch.artefacts import LAUNCHER, VERSION
from tests.opensearch.nodes import Nodes

# Below the ports that the system gives to clients: a node that is restarted would find its port taken by one of them.
_PORTS = range(15_000, 32_000)

_MODULES = {
    2: (
        "org.opensearch.transport.Netty4Plugin",
        "org.opensearch.painless.PainlessPlugin",
        "org.opensearch.analysis.common.CommonAnalysisPlugin",
    ),
    3: (
        "org.opensearch.transport.Netty4ModulePlugin",
        "org.opensearch.painless.PainlessModulePlugin",
        "org.opensearch.analysis.common.CommonAnalysisModulePlugin",
    ),
}

_JVM = (
    "-Xms384m",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",  # half the processor time of a start; what measures wants level 4
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-UsePerfData",  # else a file a node in /tmp, left there by a kill
    "-Dfile.encoding=UTF-8",
    "-Dlog4j2.disable.jmx=true",
    # as OpenSearch starts itself
    "-Dio.netty.noUnsafe=true",
    "-Dio.netty.noKeySetOptimization=true",
    "-Dio.netty.recycler.maxCapacityPerThread=0",
    "-Dio.netty.allocator.numDirectArenas=0",
)
_JVM_3 = ("--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector")

# Leads the process group that the nodes are in, and kills it once it is no longer a child of who started it. A node
# sees the end of its standard input too, but not while it is paused, nor while a fork of the test's process holds that
# open; and the kernel's own signal at a parent's death comes already when the thread ends that started the child.
_GUARD = """
import os, signal, sys, time
while os.getppid() == int(sys.argv[1]):
    time.sleep(0.2)
os.killpg(0, signal.SIGKILL)
"""


class StartError(Exception):
    """A node does not run; the message has the end of its log."""


class Cluster(Nodes):
    """So many nodes in a folder, from ``with`` to its end; their numbers start at 0, as in ``hosts``.

    Their logs stay in the folder, their data does not. ``settings`` are added to those of every node, ``jvm`` to the
    options of its Java, where the last of two counts.
    """

    def __init__(
        self,
        folder: Path,
        nodes: int = 3,
        version: str = VERSION,
        java: Path | None = None,
        settings: Mapping[str, str] | None = None,
        jvm: Sequence[str] = (),
    ) -> None:
        ports = _free_ports(2 * nodes)
        self._http, self._transport = ports[:nodes], ports[nodes:]
        super().__init__(f"http://127.0.0.1:{port}" for port in self._http)
        self.folder, self.version = folder, version
        self._java, self._jvm, self._settings = java, jvm, dict(settings or {})
        self._name = f"tests-{uuid.uuid4().hex}"  # no node of another cluster joins, whatever its ports
        self._processes: dict[int, subprocess.Popen[bytes]] = {}  # by node; those that were killed have none
        self._paused: set[int] = set()
        self._guard: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self._remove_data()  # of a run that was killed
            self._artefacts = artefacts.fetch(self.version)
            self._guard = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _GUARD, str(os.getpid())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                process_group=0,
            )
            for number in range(len(self.hosts)):
                self._start(number)
            try:
                self.wait(seconds=300)
            except TimeoutError as error:
                logs = "\n".join(map(self._log_tail, self._processes))
                raise StartError(f"the cluster did not get ready: {error}\n{logs}") from error
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends all nodes, whatever their state, and removes their data."""
        for process in self._processes.values():
            process.kill()  # all at once: each takes its time to go
        for number in list(self._processes):
            self.kill(number)
        if self._guard:
            self._guard.kill()
            self._guard.wait()
            self._guard = None
        self._remove_data()

    def reachable(self) -> list[str]:
        """The hosts of nodes that are neither killed nor paused; raises StartError if one has ended by itself."""
        for number, process in self._processes.items():
            if process.poll() is not None:
                raise StartError(f"node {number} ended by itself ({process.returncode})\n{self._log_tail(number)}")
        return [self.hosts[number] for number in sorted(self._processes) if number not in self._paused]

    def kill(self, number: int) -> None:
        """As by ``kill -9``."""
        process = self._processes.pop(number)
        self._paused.discard(number)
        process.kill()
        process.wait()
        assert process.stdin
        process.stdin.close()

    def pause(self, number: int) -> None:
        """Its connections stay open, and nothing is answered."""
        self._processes[number].send_signal(signal.SIGSTOP)
        self._paused.add(number)

    def resume(self, number: int) -> None:
        """Goes on after a pause."""
        self._processes[number].send_signal(signal.SIGCONT)
        self._paused.discard(number)

    def restart(self, number: int) -> None:
        """Starts a node again with its data, after a kill or in place of what runs; ``wait`` tells when it is there."""
        if number in self._processes:
            self.kill(number)
        self._start(number)

    def heal(self, seconds: float = 300) -> None:
        """Resumes and restarts whatever is not running, and waits until all is green."""
        for number in range(len(self.hosts)):
            if number in self._paused:
                self.resume(number)
            process = self._processes.get(number)
            if process is None or process.poll() is not None:
                self.restart(number)
        self.wait(seconds=seconds)

    # ---- a node ----

    def _start(self, number: int) -> None:
        home = self._home(number)
        for name in ("config", "data", "logs", "modules", "plugins"):
            (home / name).mkdir(parents=True, exist_ok=True)
        assert self._guard
        with self._log(number).open("ab") as log:
            self._processes[number] = subprocess.Popen(
                self._command(number),
                cwd=home,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=self._guard.pid,
            )

    def _command(self, number: int) -> list[str]:
        major = int(self.version.partition(".")[0])
        classpath = f"{self._artefacts / 'classes'}:{self._artefacts / 'lib'}/*"
        return [
            str(self._java or self._found_java()),
            *_JVM,
            *(_JVM_3 if major >= 3 else ()),
            *self._jvm,
            f"-Dlog4j.configurationFile={LAUNCHER / 'log4j2.properties'}",
            *("-cp", classpath, "SearchNode"),
            str(self._home(number)),
            ",".join(_MODULES[major]),
            *(f"{name}={value}" for name, value in self._all_settings(number).items()),
        ]

    def _found_java(self) -> Path:
        home = artefacts.jdk(artefacts.least_java(self.version))
        if not home:
            raise StartError(artefacts.unavailable(self.version))
        return home / "bin" / "java"

    def _all_settings(self, number: int) -> dict[str, str]:
        return {
            "cluster.name": self._name,
            "node.name": f"node{number}",
            "node.roles": "cluster_manager,data",
            "node.processors": "1",
            "path.data": str(self._home(number) / "data"),
            "path.logs": str(self._home(number) / "logs"),
            "network.host": "127.0.0.1",
            "http.port": str(self._http[number]),
            "transport.port": str(self._transport[number]),
            "discovery.seed_hosts": ",".join(f"127.0.0.1:{port}" for port in self._transport),
            "cluster.initial_cluster_manager_nodes": ",".join(f"node{number}" for number in range(len(self.hosts))),
            "cluster.routing.allocation.disk.threshold_enabled": "false",  # a full disk is not the subject
            "action.auto_create_index": "false",  # a misspelt name is an error
            # A copy whose source was killed meanwhile waits for it a quarter of an hour otherwise, yellow so long.
            "indices.recovery.internal_action_timeout": "30s",
            "indices.recovery.internal_action_long_timeout": "60s",
            "indices.recovery.recovery_activity_timeout": "60s",
        } | self._settings

    def _home(self, number: int) -> Path:
        return self.folder.absolute() / f"node{number}"

    def _log(self, number: int) -> Path:
        return self._home(number) / "logs" / "node.log"

    def _log_tail(self, number: int) -> str:
        lines = self._log(number).read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join([f"The end of {self._log(number)}:", *lines[-40:]])

    def _remove_data(self) -> None:
        for number in range(len(self.hosts)):
            shutil.rmtree(self._home(number) / "data", ignore_errors=True)


def _free_ports(count: int) -> list[int]:
    """Different ports that nobody listens on just now."""
    found: list[int] = []
    while len(found) < count:
        port = random.choice(_PORTS)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in found:
            found.append(port)
    return found
