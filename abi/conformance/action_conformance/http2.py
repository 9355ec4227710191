"""HTTP/2 as a case's server speaks it where the host takes it by ALPN. Needs PyPI's `h2`; without it, the cases that
have this are skipped."""

import select
import threading
import time
from importlib.util import find_spec

from .reply import fill, steps_of_http2

IS_THERE = find_spec("h2") is not None
MISSING = "PyPI's h2, by which the server speaks HTTP/2, is not installed"
if IS_THERE:
    import h2.config
    import h2.connection
    import h2.errors
    import h2.events
    import h2.exceptions
    import h2.settings
    from hyperframe.frame import GoAwayFrame, RstStreamFrame


class Session:
    """One connection: requests come on streams, and each is answered by its own thread."""

    def __init__(self, server, raw, number: int, new_request):
        self.server, self.raw, self.number, self.new_request = server, raw, number, new_request
        config = h2.config.H2Configuration(
            client_side=False, header_encoding="latin-1", validate_outbound_headers=False,
            normalize_outbound_headers=False,
        )  # fmt: skip
        self.connection = h2.connection.H2Connection(config)
        # Also guards the connection and the TLS session, which are not for several threads.
        self.changed = threading.Condition()
        self.requests: dict = {}
        self.gone: set[int] = set()  # streams that the client gave up
        self.ended = False

    def serve(self) -> None:
        plan = self.server.plan["http2"]
        if "instead" in plan:
            self.raw.sendall(fill(plan["instead"], self.server.keys, self.server.places))
            self.raw.recv(65536)
            return
        names = {h2.settings.SettingCodes[name]: value for name, value in plan.get("settings", {}).items()}
        with self.changed:
            self.connection.local_settings = h2.settings.Settings(client=False, initial_values=names)
            self.connection.initiate_connection()
            self.flush()
        try:
            while True:
                if not self.raw.pending():
                    select.select([self.raw], [], [])
                with self.changed:
                    data = self.raw.recv(65536)
                    if not data:
                        return
                    for event in self.connection.receive_data(data):
                        self.take(event)
                    self.flush()
                    self.changed.notify_all()
        except h2.exceptions.ProtocolError as error:
            self.server.seen.faults.append(f"not HTTP/2: {error}")
        finally:
            with self.changed:
                self.ended = True
                self.changed.notify_all()

    def flush(self) -> None:
        if data := self.connection.data_to_send():
            self.raw.sendall(data)

    def take(self, event) -> None:
        if isinstance(event, h2.events.RequestReceived):
            self.requests[event.stream_id] = self.new_request(event.headers, self.number)
        elif isinstance(event, h2.events.DataReceived):
            self.requests[event.stream_id].body += event.data
            self.connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, h2.events.StreamReset):
            self.gone.add(event.stream_id)
        elif isinstance(event, h2.events.StreamEnded):
            request = self.requests[event.stream_id]
            threading.Thread(target=self.answer, args=(event.stream_id, request), daemon=True).start()

    def answer(self, stream: int, request) -> None:
        self.server.came()
        try:
            for kind, *details in steps_of_http2(self.server.reply_to(request), self.server.keys, self.server.places):
                if kind == "wait":
                    self.wait(stream, details[0])
                elif kind == "close":
                    with self.changed:
                        self.server.cut(self.raw, details[0])
                    return
                else:
                    getattr(self, kind)(stream, *details)
                if self.ended or stream in self.gone:
                    return
            self.server.has_answered()
        except (h2.exceptions.H2Error, OSError):
            pass  # the client has gone, or its stream has

    def wait(self, stream: int, ms: int) -> None:
        with self.changed:
            self.changed.wait_for(lambda: self.ended or stream in self.gone, ms / 1000)

    def head(self, stream: int, status: int, headers: list, is_end: bool) -> None:
        with self.changed:
            self.connection.send_headers(stream, [(":status", str(status)), *headers], end_stream=is_end)
            self.flush()

    def data(self, stream: int, data: bytes, size: int, every_ms: int, is_end: bool) -> None:
        while data:
            with self.changed:
                self.changed.wait_for(
                    lambda: self.ended or stream in self.gone or self.connection.local_flow_control_window(stream) > 0
                )
                if self.ended or stream in self.gone:
                    return
                most = min(self.connection.local_flow_control_window(stream), self.connection.max_outbound_frame_size)
                piece, data = data[: min(most, size)], data[min(most, size) :]
                self.connection.send_data(stream, piece, end_stream=is_end and not data)
                self.flush()
            if every_ms:
                time.sleep(every_ms / 1000)

    def trailers(self, stream: int, headers: list) -> None:
        with self.changed:
            self.connection.send_headers(stream, headers, end_stream=True)
            self.flush()

    def reset(self, stream: int, code: str) -> None:
        frame = RstStreamFrame(stream)
        frame.error_code = h2.errors.ErrorCodes[code]
        with self.changed:
            self.raw.sendall(frame.serialize())

    def goaway(self, stream: int, code: str, last: str) -> None:
        frame = GoAwayFrame(0)
        frame.last_stream_id = stream if last == "this" else stream - 2 if stream > 1 else 0
        frame.error_code = h2.errors.ErrorCodes[code]
        with self.changed:
            self.raw.sendall(frame.serialize())
