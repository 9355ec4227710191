"""A server of raw sockets, so that it can break every rule: the case says what it sends."""

import socket
import ssl
import struct
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from . import http2
from .reply import DEFAULT, steps_of

CERTIFICATES = Path(__file__).parent / "tls"
AUTHORITY = CERTIFICATES / "authority.pem"


@dataclass
class Request:
    """One request as it came."""

    line: str
    headers: list  # of pairs, as they came
    body: bytes
    head: bytes
    connection: int
    at: float
    whole: bool = True
    ended: float | None = None  # when the client closed the connection while it was being answered

    @property
    def method(self) -> str:
        return self.line.split(" ", 1)[0]

    @property
    def target(self) -> str:
        return self.line.rsplit(" ", 1)[0].split(" ", 1)[-1]

    def values(self, name: str) -> list:
        return [value for key, value in self.headers if key.lower() == name.lower()]


@dataclass
class Seen:
    """Everything that the server saw."""

    requests: list = field(default_factory=list)
    connections: int = 0
    http2: int = 0  # those of them that speak it
    faults: list = field(default_factory=list)  # what is not a request
    bytes_in: int = 0


class Closed(Exception):
    pass


class Wire:
    """One connection, read by lines and lengths."""

    def __init__(self, raw: socket.socket):
        self.socket, self.buffer = raw, b""

    def fill(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise Closed
        self.buffer += data

    def take(self, count: int) -> bytes:
        while len(self.buffer) < count:
            self.fill()
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def until(self, mark: bytes) -> bytes:
        while mark not in self.buffer:
            self.fill()
        data, _, self.buffer = self.buffer.partition(mark)
        return data + mark

    def body(self, values) -> bytes:
        if "chunked" in ",".join(values("transfer-encoding")).lower():
            body = b""
            while size := int(self.until(b"\r\n").split(b";")[0], 16):
                body += self.take(size)
                self.take(2)
            while self.until(b"\r\n") != b"\r\n":
                pass
            return body
        return self.take(int((values("content-length") or ["0"])[0]))


class Server:
    """Serves one case. `places` are names that replies may use; `listeners` are called with the number of requests."""

    def __init__(self, case: dict, keys: dict):
        self.case, self.keys = case, keys
        self.listeners: list = []
        self.when_answered: list = []  # called with the number of replies that were sent to their end
        self.answered = 0
        self.plan = case.get("server", {})
        self.seen = Seen()
        self.lock = threading.Lock()
        self.closing = threading.Event()
        self.sockets: list[socket.socket] = []
        self.counts: dict[str, int] = {}
        family = socket.AF_INET6 if self.plan.get("address") == "::1" else socket.AF_INET
        self.listener = socket.create_server((self.plan.get("address", "127.0.0.1"), 0), family=family, backlog=256)
        self.port = self.listener.getsockname()[1]
        self.places = {"port": str(self.port)}
        if self.plan.get("listens") is False:
            self.listener.close()
        else:
            threading.Thread(target=self.accept, daemon=True).start()

    def close(self) -> None:
        self.closing.set()
        for each in [self.listener, *self.sockets]:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            each.close()

    def accept(self) -> None:
        while not self.closing.is_set():
            try:
                raw, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                self.seen.connections += 1
                number = self.seen.connections
                self.sockets.append(raw)
            threading.Thread(target=self.serve, args=(raw, number), daemon=True).start()

    def serve(self, raw: socket.socket, number: int) -> None:
        secured = raw
        try:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            greeting = self.plan.get("on_accept")
            if greeting is not None:
                self.perform(raw, steps_of(greeting, self.keys, self.places), None)
            secured = self.secured(raw)
            if isinstance(secured, ssl.SSLSocket) and secured.selected_alpn_protocol() == "h2":
                self.seen.http2 += 1
                http2.Session(self, secured, number, self.http2_request).serve()
                return
            wire = Wire(secured)
            while True:
                request = self.read(wire, number)
                self.answer(wire, request)
        except (Closed, OSError, ValueError) as error:
            if isinstance(error, ValueError):
                self.seen.faults.append(f"not an HTTP request: {error}")
        finally:
            try:
                secured.close()
            except OSError:
                pass

    def secured(self, raw: socket.socket) -> socket.socket:
        certificate = self.plan.get("tls")
        if certificate is None:
            return raw
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATES / f"{certificate}.pem")
        context.set_alpn_protocols(["h2", "http/1.1"] if "http2" in self.plan else ["http/1.1"])
        return context.wrap_socket(raw, server_side=True)

    def read(self, wire: Wire, connection: int) -> Request:
        head = wire.until(b"\r\n\r\n")
        lines = head[:-4].decode("latin-1").split("\r\n")
        if not lines[0].endswith(" HTTP/1.1"):
            raise ValueError(lines[0][:200])
        headers = []
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if not colon or name != name.strip():
                raise ValueError(line[:200])
            headers.append((name, value.strip(" \t")))
        request = Request(lines[0], headers, b"", head, connection, time.monotonic())
        with self.lock:
            self.seen.requests.append(request)
        try:
            request.body = wire.body(request.values)
        except (Closed, OSError):
            request.whole = False
            raise
        self.came()
        return request

    def http2_request(self, fields: list, connection: int) -> Request:
        """Begins one; its body follows."""
        pseudo = {name: value for name, value in fields if name.startswith(":")}
        headers = [("host", pseudo.get(":authority", ""))]
        headers += [(name, value) for name, value in fields if not name.startswith(":")]
        line = f"{pseudo.get(':method', '')} {pseudo.get(':path', '')} HTTP/2"
        request = Request(line, headers, b"", b"", connection, time.monotonic())
        with self.lock:
            self.seen.requests.append(request)
        return request

    def came(self) -> None:
        """A request came, with its body."""
        count = len(self.seen.requests)
        for listener in self.listeners:
            listener(count)

    def reply_to(self, request: Request):
        """The reply to the case's request with that target; from a list of replies, the nth."""
        prefix = self.plan.get("prefix", "")
        target = request.target.removeprefix(prefix)
        with self.lock:
            count = self.counts[target] = self.counts.get(target, 0) + 1
        for asked in self.case.get("requests", []):
            if asked["target"] == target:
                replies = asked.get("replies")
                return replies[min(count, len(replies)) - 1] if replies else asked.get("reply", DEFAULT)
        return DEFAULT

    def answer(self, wire: Wire, request: Request) -> None:
        reply = DEFAULT if "http2" in self.plan else self.reply_to(request)  # the host chose HTTP/1.1
        self.perform(wire.socket, steps_of(reply, self.keys, self.places), request)
        self.has_answered()

    def has_answered(self) -> None:
        with self.lock:
            self.answered += 1
            count = self.answered
        for listener in self.when_answered:
            listener(count)

    def perform(self, raw: socket.socket, steps: list, request: Request | None) -> None:
        try:
            for step in steps:
                if isinstance(step, bytes):
                    raw.sendall(step)
                    continue
                kind, *details = step
                if kind == "wait":
                    self.wait(raw, details[0])
                elif kind == "close":
                    self.cut(raw, details[0])
                    raise Closed
                elif kind == "slow":
                    data, size, ms = details
                    for at in range(0, len(data), size):
                        raw.sendall(data[at : at + size])
                        if self.closing.wait(ms / 1000):
                            raise Closed
        except OSError:
            if request is not None:
                request.ended = time.monotonic()
            raise

    def wait(self, raw: socket.socket, ms: int) -> None:
        """Waits, and notices when the client disconnects."""
        end = time.monotonic() + ms / 1000
        while (left := end - time.monotonic()) > 0 and not self.closing.is_set():
            time.sleep(min(left, 0.02))
            if isinstance(raw, ssl.SSLSocket):
                continue
            raw.setblocking(False)
            try:
                if raw.recv(1, socket.MSG_PEEK) == b"":
                    raise OSError("the client has gone")
            except BlockingIOError:
                pass
            finally:
                raw.setblocking(True)

    @staticmethod
    def cut(raw: socket.socket, how: str) -> None:
        if how == "reset":
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif how == "end":
            try:
                if isinstance(raw, ssl.SSLSocket):
                    raw.unwrap()
                raw.shutdown(socket.SHUT_WR)
            except (OSError, ValueError):  # the other one, of a connection that several threads serve, closed it
                pass
        raw.close()
