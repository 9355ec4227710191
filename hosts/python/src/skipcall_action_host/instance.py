"""One instance of a module: its exports, its memory, and the two imports that only take notes."""

from __future__ import annotations

import ctypes
import struct
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NoReturn

import wasmtime

from . import abi
from .abi import Phase, State
from .engine import MOST_MEMORY, TICK_SECONDS
from .errors import ModuleFailed, ModuleRefused
from .http import ResponseBlock
from .manifest import version_number
from .module import ActionModule

_REQUEST: Final = struct.Struct(abi.REQUEST)
_RESPONSE: Final = struct.Struct(abi.RESPONSE)
_PROGRESS: Final = struct.Struct(abi.PROGRESS)
_BYTES: Final = struct.Struct(abi.BYTES)

# What each export may announce; the others announce nothing.
_MAY_ANNOUNCE: Final = {
    "action_wake": ("send", "cancel"),
    "action_http_done": ("send", "cancel"),
    "action_cancel": ("cancel",),
}


@dataclass(frozen=True)
class InstanceLimits:
    """How much of each resource a module may use."""

    call_seconds: float = 10.0
    """A call of the module that takes longer is stopped, and its run is lost. It blocks the event loop meanwhile."""
    memory_bytes: int = MOST_MEMORY
    announcements: int = 1_000
    """In one call."""
    announced_bytes: int = 64 * 1024 * 1024
    """In one call."""
    result_bytes: int = 128 * 1024 * 1024


@dataclass(frozen=True)
class Progress:
    """How far a run has got; `action_progress` of the ABI."""

    state: State
    wake_ms: int
    """When to wake the module, unix time in ms; 0: not at all."""
    phase: Phase
    """For people."""
    total: int
    """Items the run has to deal with, without invalid ones and duplicates."""
    confirmed: int
    failed: int
    """Items refused, or unknown without a further try; not those that were never sent."""
    open: int
    """Requests announced and not answered yet."""
    requests: int
    retries: int


@dataclass(slots=True)  # a frozen one takes three times as long to make, and there is one for each request
class AnnouncedRequest:
    """A request as the module announced it, copied out of its memory. Nothing in it has been checked yet."""

    timeout_ms: int
    response_limit: int
    connection: bytes
    method: bytes
    target: bytes
    headers: bytes
    body: bytes


@dataclass(slots=True)
class Announcement:
    run: int
    exchange: int
    request: AnnouncedRequest | None
    """None: the exchange is given up."""


class _Violation(Exception):
    """The module did what the ABI does not allow."""


class _Memory:
    """What a module points at. The memory is looked up each time: any call may have grown it, and so moved it."""

    def __init__(self, store: wasmtime.Store, memory: wasmtime.Memory) -> None:
        self._store = store
        self._memory = memory
        self._size = 0
        self._address = 0

    def read(self, pointer: int, length: int, what: str) -> bytes:
        self._check(pointer, length, what)
        return ctypes.string_at(self._address + pointer, length) if length else b""

    def write(self, pointer: int, data: bytes, what: str) -> None:
        self._check(pointer, len(data), what)
        ctypes.memmove(self._address + pointer, data, len(data))

    def _check(self, pointer: int, length: int, what: str) -> None:
        size = self._memory.data_len(self._store)
        if size != self._size:
            self._size = size
            self._address = ctypes.addressof(self._memory.data_ptr(self._store).contents)
        if length and pointer + length > size:
            raise _Violation(f"it gave {what} outside of its memory")


class _Notes:
    """What the imports announced. It does not hold the store, which would otherwise keep itself alive."""

    def __init__(self, limits: InstanceLimits) -> None:
        self.memory: Callable[[], _Memory | None] = lambda: None
        self.violation: str | None = None
        self.allowed: tuple[str, ...] = ()
        self._limits = limits
        self._taken: list[Announcement] = []
        self._bytes = 0

    def take(self) -> list[Announcement]:
        taken, self._taken, self._bytes = self._taken, [], 0
        return taken

    def send(self, run: int, exchange: int, pointer: int) -> None:
        self._note("send", lambda: Announcement(run, exchange, self._request(pointer & 0xFFFFFFFF)))

    def cancel(self, run: int, exchange: int) -> None:
        self._note("cancel", lambda: Announcement(run, exchange, None))

    def _note(self, kind: str, read: Callable[[], Announcement]) -> None:
        # An exception leaves the module's frames as a trap does; the ABI lets the host end the instance here.
        try:
            if kind not in self.allowed:
                raise _Violation(f"it called http_{kind} where it must not")
            if len(self._taken) >= self._limits.announcements:
                raise _Violation("it announced more in one call than the host takes")
            self._taken.append(read())
        except _Violation as violation:
            self.violation = str(violation)
            raise

    def _request(self, pointer: int) -> AnnouncedRequest:
        memory = self.memory()
        assert memory is not None
        request = _REQUEST.unpack(memory.read(pointer, _REQUEST.size, "http_send a request"))
        size, timeout_ms, response_limit, _ = request[:4]
        if size < _REQUEST.size:
            raise _Violation("it gave http_send a request shorter than version 1's")
        ranges = list(zip(request[4::2], request[5::2], strict=True))
        self._bytes += sum(length for _, length in ranges)
        if self._bytes > self._limits.announced_bytes:
            raise _Violation("it announced more in one call than the host takes")
        parts = [memory.read(start, length, "a range of a request") for start, length in ranges]
        return AnnouncedRequest(timeout_ms, response_limit, *parts)


class _KnownType:
    """The type of a function and of each of its values, which was checked before. wasmtime's Func would look them up
    and compare them at each call, which takes longer than most calls."""

    def __init__(self, signature: str) -> None:
        parameters, results = (part.strip("()").split(",") for part in signature.split("->"))
        self.names = [name for name in parameters if name]
        self.params = [self for _ in self.names]
        self.results = [self for name in results if name]

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


class _Export:
    def __init__(self, function: object, signature: str) -> None:
        assert isinstance(function, wasmtime.Func)
        known = _KnownType(signature)
        setattr(function, "type", lambda _: known)  # noqa: B010
        self._call = function
        self._values = [wasmtime.Val.i64 if name == "i64" else wasmtime.Val.i32 for name in known.names]

    def __call__(self, store: wasmtime.Store, values: tuple[int, ...]) -> int | None:
        result: int | None = self._call(store, *(of(value) for of, value in zip(self._values, values, strict=True)))
        return result


class Instance:
    """Each method is one export; ABI.md "Exports" says what it does.

    Each raises ModuleFailed when the module traps or breaks a rule of the ABI; the instance is dead then, and is not
    called again. One thread at a time may use it.
    """

    def __init__(self, module: ActionModule, limits: InstanceLimits) -> None:
        """Instantiates, calls `_initialize` and compares the version. Raises ModuleRefused too."""
        self._limits = limits
        self._dead = False
        self._notes = _Notes(limits)
        self._ticks = int(limits.call_seconds / TICK_SECONDS) + 1  # the first one may come at once
        self._store = wasmtime.Store(module.engine)
        self._store.set_limits(limits.memory_bytes, 100_000, 1, 1, 1)
        i32 = wasmtime.ValType.i32()
        sends = wasmtime.FuncType([i32, i32, i32], [])
        cancels = wasmtime.FuncType([i32, i32], [])
        functions = {
            "http_send": wasmtime.Func(self._store, sends, self._notes.send),
            "http_cancel": wasmtime.Func(self._store, cancels, self._notes.cancel),
        }
        imports = [functions[item.name or ""] for item in module.compiled.imports]
        self._store.set_epoch_deadline(self._ticks)
        try:
            instance = wasmtime.Instance(self._store, module.compiled, imports)
        except Exception as error:
            self._fail("instantiation", error)
        exports = instance.exports(self._store)
        signatures = {**abi.EXPORTS, **dict.fromkeys(module.manifest.actions, abi.ACTION_SIGNATURE)}
        self._exports = {name: _Export(exports[name], signature) for name, signature in signatures.items()}
        memory = exports["memory"]
        assert isinstance(memory, wasmtime.Memory)
        self._memory = _Memory(self._store, memory)
        self._notes.memory = weakref.ref(self._memory)
        self._call("_initialize")
        version = self._call("action_abi_version")
        if version != version_number(module.abi_version):
            self._dead = True
            raise ModuleRefused(
                f"the module's code says ABI {version >> 16}.{version & 0xFFFF}, its manifest {module.abi_version}"
            )

    def start(self, action: str, data: bytes, flags: int, seed: int) -> int:
        """Starts a run."""
        block = self._call("action_alloc", max(len(data), 1)) if len(data) < 1 << 32 else 0
        if block == 0:
            raise ModuleFailed("the module has no memory for the input")
        self._write(block, data)
        run = self._call(action, block, len(data), flags, seed)
        if run == 0:
            raise ModuleFailed("the module has no memory for a run")
        return run

    def wake(self, run: int, now_ms: int) -> int:
        return self._event("action_wake", run, now_ms)

    def http_done(self, run: int, exchange: int, now_ms: int, response: ResponseBlock | None) -> int:
        """None: lost, nothing is known. A response for which the module has no memory is delivered as lost."""
        block = 0 if response is None else self._block_of(response)
        return self._event("action_http_done", run, exchange, now_ms, block)

    def cancel(self, run: int, now_ms: int) -> int:
        return self._event("action_cancel", run, now_ms)

    def status(self, run: int) -> Progress:
        """A copy."""
        pointer = self._call("action_status", run)
        if pointer == 0:
            self._die("it does not know its run any more")
        size, state, wake_ms, phase, *numbers, _ = _PROGRESS.unpack(self._read(pointer, _PROGRESS.size, "a status"))
        if size < _PROGRESS.size:
            self._die("its status is shorter than version 1's")
        if state not in (State.DONE, State.WAITING):
            self._die(f"it is in a state {state} that does not exist")
        return Progress(State(state), wake_ms, Phase(phase) if phase in _PHASES else Phase.SENDING, *numbers)

    def result(self, run: int) -> bytes:
        """A copy, of a run that is done."""
        pointer = self._call("action_result", run)
        if pointer == 0:
            self._die("it has no result for a run that is done")
        start, length = _BYTES.unpack(self._read(pointer, _BYTES.size, "a result"))
        if length > self._limits.result_bytes:
            self._die("its result is larger than the host takes")
        return self._read(start, length, "a result")

    def release(self, run: int) -> None:
        self._call("action_release", run)

    def take_announcements(self) -> list[Announcement]:
        """What was announced since the previous call, in order."""
        return self._notes.take()

    def close(self) -> None:
        """Gives all memory back. No method may be called afterwards."""
        self._dead = True
        self._store.close()

    def _event(self, name: str, *values: int) -> int:
        state = self._call(name, *values)
        state -= (state >> 31) << 32
        if state > State.WAITING:
            self._die(f"{name} returned a state {state} that does not exist")
        return state

    def _call(self, name: str, *values: int) -> int:
        """The only place where the module is entered. Returns an unsigned number; 0 for none."""
        if self._dead:
            raise ModuleFailed("the module has failed before and is not called again")
        self._notes.allowed = _MAY_ANNOUNCE.get(name, ())
        self._store.set_epoch_deadline(self._ticks)
        try:
            result = self._exports[name](self._store, values)
        except Exception as error:
            self._fail(name, error)
        except BaseException:  # an interrupt inside an import
            self._dead = True
            raise
        return 0 if result is None else result & 0xFFFFFFFF

    def _fail(self, where: str, error: Exception) -> NoReturn:
        self._dead = True
        if self._notes.violation is not None:
            self._die(self._notes.violation)
        if isinstance(error, wasmtime.Trap) and error.trap_code == wasmtime.TrapCode.INTERRUPT:
            raise ModuleFailed(f"the module was stopped: {where} took longer than {self._limits.call_seconds} s")
        # The lines after the first are a backtrace, which repeats names from the module.
        reason = str(error).partition("wasm trap: ")[2] or str(error)
        raise ModuleFailed(f"the module trapped in {where}: {reason.splitlines()[0] if reason else 'no reason given'}")

    def _die(self, why: str) -> NoReturn:
        self._dead = True
        raise broken(why)

    def _read(self, pointer: int, length: int, what: str) -> bytes:
        try:
            return self._memory.read(pointer, length, what)
        except _Violation as violation:
            self._die(str(violation))

    def _write(self, block: int, data: bytes) -> None:
        try:
            self._memory.write(block, data, "a block")
        except _Violation as violation:
            self._die(str(violation))

    def _block_of(self, response: ResponseBlock) -> int:
        """One block with the struct and both ranges; 0 if there is no memory for it."""
        headers, body = response.headers, response.body
        size = _RESPONSE.size + len(headers) + len(body)
        block = self._call("action_alloc", size)
        if block == 0:
            return 0
        if block + size > 1 << 32:
            self._die("it gave a block outside of its memory")
        ranges = (block + _RESPONSE.size, len(headers), block + _RESPONSE.size + len(headers), len(body))
        head = _RESPONSE.pack(_RESPONSE.size, response.status, response.error, response.flags, *ranges)
        self._write(block, head + headers + body)
        return block


_PHASES: Final = frozenset(Phase)


def broken(why: str) -> ModuleFailed:
    """The module did what the ABI does not allow."""
    return ModuleFailed(f"the module broke the ABI: {why}")
