"""Drives the skipcall program for the end-to-end tests: its process, a terminal, a sandbox, contacts."""

import contextlib
import json
import os
import pathlib
import pty
import re
import select
import signal
import subprocess
import tempfile
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("SKIPCALL_PROGRAM", str(ROOT / "build/bin/skipcall"))
MODULE = os.environ.get("SKIPCALL_MODULE", str(ROOT / "build/wasm/remove_contacts.wasm"))
EMSCRIPTEN_MODULE = str(ROOT / "build/wasm-emscripten/remove_contacts.wasm")
EXAMPLE = str(ROOT / "examples/contacts.csv")


def contacts(count, name="contact"):
    """Contact ids, the same for the same name."""
    return [str(uuid.uuid5(uuid.NAMESPACE_URL, f"{name}/{i}")) for i in range(count)]


class Folder:
    """A working directory for one test, with its own home."""

    def __init__(self):
        self._made = tempfile.TemporaryDirectory(prefix="skipcall-program-")
        self.path = pathlib.Path(self._made.name)

    def close(self):
        self._made.cleanup()

    def file(self, name, content, mode=0o600):
        path = self.path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(mode)
        return str(path)

    def csv(self, rows, name="contacts.csv"):
        return self.file(name, "sequenceId,contactId\n" + "".join(f"{s},{c}\n" for s, c in rows))

    def environment(self, **extra):
        """Nothing from the tester's own environment except what a program needs."""
        values = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.path / "home"),
            "TZ": "UTC",
            "TERM": "xterm",
            "SKIPCALL_MODULE": MODULE,
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LD_LIBRARY_PATH"):
            if name in os.environ:
                values[name] = os.environ[name]
        values.update({name: value for name, value in extra.items() if value is not None})
        return values

    def start(self, *arguments, env=None, program=PROGRAM, **options):
        return subprocess.Popen(
            [program, *arguments],
            cwd=self.path,
            env=self.environment(**(env or {})),
            stdin=options.pop("stdin", subprocess.DEVNULL),
            stdout=options.pop("stdout", subprocess.PIPE),
            stderr=options.pop("stderr", subprocess.PIPE),
            **options,
        )

    def run(self, *arguments, input=None, timeout=120, **options):
        """Runs to the end, without a terminal. Result: exit code, standard output, standard error."""
        stdin = subprocess.DEVNULL if input is None else subprocess.PIPE
        process = self.start(*arguments, stdin=stdin, **options)
        out, err = process.communicate(None if input is None else input.encode(), timeout=timeout)
        return process.returncode, out.decode(), err.decode()

    def requests_served(self):
        """How many requests the last sandbox of this folder has answered so far."""
        return (self.path / "sandbox.log").read_text().count("DELETE ")

    def responses_lost(self):
        """How many of its responses the last sandbox of this folder has withheld."""
        return (self.path / "sandbox.log").read_text().count("(response lost)")

    def remaining_files(self):
        return sorted(self.path.glob("skipcall-remaining-*.json"))

    def journals(self):
        return sorted((self.path / "home").rglob("*.journal"))


class Terminal:
    """The program on a terminal."""

    def __init__(self, folder, *arguments, env=None, stdin=None):
        self._master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [PROGRAM, *arguments],
            cwd=folder.path,
            env=folder.environment(**(env or {})),
            stdin=slave if stdin is None else stdin,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: __import__("fcntl").ioctl(1, 0x540E, 0),
        )  # TIOCSCTTY
        os.close(slave)
        self.seen = ""

    def read_until(self, text, timeout=30):
        """Reads until the terminal has shown `text`; None: until the program ends. Result: all that was shown."""
        end = time.monotonic() + timeout
        while text is None or text not in self.seen:
            if time.monotonic() > end:
                raise AssertionError(f"{text!r} was not shown within {timeout} s; seen: {self.seen!r}")
            if not select.select([self._master], [], [], 0.1)[0]:
                continue
            try:
                block = os.read(self._master, 65536)
            except OSError:  # the program has closed its side
                block = b""
            if not block:
                if text is None:
                    break
                raise AssertionError(f"the program ended without showing {text!r}; seen: {self.seen!r}")
            self.seen += block.decode(errors="replace")
        return self.seen

    def type(self, text):
        os.write(self._master, text.encode())

    def end(self):
        """Reads to the end. Result: the exit code."""
        self.read_until(None)
        os.close(self._master)
        return self.process.wait(30)


@contextlib.contextmanager
def sandbox(folder, sequences, keys=None, **switches):
    """A sandbox in its own process. Returns the environment by which the program finds it. sequences: a list of
    contacts for each id, or what the data file says of it otherwise."""
    data = {
        "keys": keys or [{"key": "sk_test_end_to_end", "plan": "EXPERT"}],
        "sequences": [
            {"id": name, **(of if isinstance(of, dict) else {"contacts": of})} for name, of in sequences.items()
        ],
        "switches": switches,
    }
    log = open(folder.path / "sandbox.log", "wb")
    process = folder.start("sandbox", "--verbose", "--data", folder.file("sandbox.json", json.dumps(data)), stderr=log)
    log.close()
    try:
        env = {}
        while "SKIPCALL_API_KEY" not in env:
            line = process.stdout.readline().decode()
            if not line:
                raise AssertionError("the sandbox did not start: " + (folder.path / "sandbox.log").read_text())
            if match := re.fullmatch(r"export (\w+)=(.*)\n", line):
                env[match[1]] = match[2]
        yield env
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        if process.returncode != 0:
            raise AssertionError("the sandbox failed: " + (folder.path / "sandbox.log").read_text()[-4000:])
