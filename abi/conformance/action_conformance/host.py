"""The host under test: a command that runs one action of one module (README.md has the contract)."""

import json
import os
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from .server import AUTHORITY

CAPABILITIES = Path(__file__).parent / "capabilities.json"
EXITS = {0: "result", 3: "refused", 4: "dead", 5: "connection"}
# What well-known libraries read; "CONFORMANCE_CA_FILE" is for a host that reads none of these.
CA_VARIABLES = (
    "CONFORMANCE_CA_FILE",
    "SSL_CERT_FILE",
    "CURL_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "DENO_CERT",
)

LATE = 0.2  # seconds


@dataclass
class Ended:
    """How one call of the host ended."""

    exit: str
    stdout: bytes
    stderr: bytes
    seconds: float
    cpu_seconds: float
    memory: int  # the most that the process had, in bytes
    files: dict = field(default_factory=dict)  # what was written in the case's folder: name and bytes
    arguments: list = field(default_factory=list)  # of all processes of the host, if the case asks for them


def host_command(words: list[str]) -> list[str]:
    """The command, to be called from any folder."""
    return [str(Path(word).absolute()) if "/" in word and Path(word).exists() else word for word in words]


def environment(folder: str) -> dict:
    clean = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    clean |= {name: str(AUTHORITY) for name in CA_VARIABLES}
    return clean | {"TMPDIR": folder}


def read_capabilities(command: list[str]) -> dict:
    """{"host": …, "version": …, "cannot": {capability: reason}}. Throws RuntimeError if it is something else."""
    done = subprocess.run([*command, "--capabilities"], capture_output=True, timeout=60, check=False)
    try:
        said = json.loads(done.stdout)
        unknown = set(said.get("cannot", {})) - set(json.loads(CAPABILITIES.read_text(encoding="utf-8")))
        if unknown:
            raise RuntimeError(f"README.md knows no capability {', '.join(sorted(unknown))}")
        if done.returncode == 0 and isinstance(said["host"], str):
            return {"version": "", "cannot": {}, **said}
    except (ValueError, KeyError, TypeError):
        pass
    text = (done.stderr or done.stdout).decode(errors="replace").strip()
    raise RuntimeError(f"{' '.join(command)} --capabilities printed no capabilities (README.md): {text[-500:]}")


class Call:
    """One call of `HOST run` in its own folder, or several after each other."""

    def __init__(self, timeout: float):
        self.folder = tempfile.TemporaryDirectory(prefix="action-conformance-")
        self.place = Path(self.folder.name)
        self.command: list[str] = []
        self.secrets: dict[str, str] = {}  # environment variables
        self.timeout = timeout
        self.process: subprocess.Popen | None = None
        self.arguments: list[bytes] = []
        self.given: set[str] = set()  # the kit's own files
        self.started = threading.Event()
        self.when_started: list = []  # called with 1, like the server's listeners
        self.is_late = False  # the kit itself was late: this machine is too busy

    def file(self, name: str, content: bytes) -> str:
        (self.place / name).write_bytes(content)
        return str(self.place / name)

    def edit(self, name: str, edits: list, edited) -> None:
        """Changes a file that the host wrote; one that it did not write stays missing."""
        path = self.place / name
        for edit in edits if path.exists() else []:
            path.write_bytes(edited(path.read_bytes(), edit))

    def say(self, line: str) -> None:
        """A line on the host's standard input: "stop" or "cancel"."""
        try:
            self.process.stdin.write(line.encode() + b"\n")
            self.process.stdin.flush()
        except (OSError, ValueError):
            pass  # it has ended

    def say_in(self, seconds: float, line: str) -> None:
        due = time.monotonic() + seconds

        def now():
            self.started.wait(self.timeout)
            self.say(line)
            self.is_late = self.is_late or time.monotonic() > due + LATE

        timer = threading.Timer(seconds, now)
        timer.daemon = True
        timer.start()

    def look_at_arguments(self) -> None:
        """Of all processes in the host's session, if the system shows them."""
        self.started.wait(self.timeout)
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if os.getsid(int(process.name)) == self.process.pid:
                    self.arguments.append((process / "cmdline").read_bytes())
            except OSError:
                continue

    def end(self) -> None:
        self.started.wait(self.timeout)
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except OSError:
            pass

    def run(self) -> Ended:
        self.started.clear()
        self.given |= set(os.listdir(self.place)) - {"journal.jsonl"}
        env = environment(self.folder.name) | self.secrets
        begin = time.monotonic()
        self.process = subprocess.Popen(
            self.command, cwd=self.place, env=env, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        timer = threading.Timer(self.timeout, self.end)
        timer.start()
        errors: list[bytes] = []
        reader = threading.Thread(target=lambda: errors.append(self.process.stderr.read()))
        reader.start()
        self.started.set()
        for listener in self.when_started:
            listener(1)
        output = self.process.stdout.read()
        _, status, usage = os.wait4(self.process.pid, 0)
        code = self.process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - begin
        hung = not timer.is_alive()
        timer.cancel()
        self.end()  # whatever it may have left behind
        reader.join()
        self.process.stdout.close()
        self.process.stderr.close()
        exited = "hung" if hung else EXITS.get(code, f"signal {-code}" if code < 0 else f"code {code}")
        files = {
            str(path.relative_to(self.place)): path.read_bytes()
            for path in self.place.rglob("*")
            if path.is_file() and path.name not in self.given
        }
        cpu, memory = usage.ru_utime + usage.ru_stime, usage.ru_maxrss << 10
        return Ended(exited, output, b"".join(errors), seconds, cpu, memory, files, self.arguments)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process is not None:
            for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
                try:
                    stream.close()
                except OSError:  # the host no longer read its input
                    pass
        self.folder.cleanup()
