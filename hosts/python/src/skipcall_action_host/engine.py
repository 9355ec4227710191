"""The one engine of the process, and the ticks by which a call that takes too long is stopped."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Iterator
from typing import Final

import wasmtime

MOST_MEMORY: Final = 256 * 1024 * 1024
"""Bytes that a module's memory may grow to."""

TICK_SECONDS: Final = 0.05


@functools.cache
def shared_engine() -> wasmtime.Engine:
    config = wasmtime.Config()
    config.epoch_interruption = True
    config.parallel_compilation = False  # each function being compiled may need hundreds of MB
    # By default wasmtime reserves 4 GiB and more, which a limit on address space (ulimit -v) forbids.
    config.memory_reservation = MOST_MEMORY
    config.memory_reservation_for_growth = 0
    config.memory_guard_size = 64 * 1024
    # The features of ABI.md's table and no others. Those that cannot be turned off are on in every engine; reference
    # types can only be turned off together with something that wasmtime's Python interface does not expose.
    config.wasm_bulk_memory = True
    config.wasm_component_model = False
    config.wasm_relaxed_simd = False
    config.wasm_simd = False
    config.wasm_threads = False
    config.wasm_tail_call = False
    config.wasm_exceptions = False
    config.wasm_gc = False
    config.wasm_function_references = False
    config.wasm_multi_value = False
    config.wasm_multi_memory = False
    config.wasm_memory64 = False
    config.wasm_wide_arithmetic = False
    config.wasm_custom_page_sizes = False
    return wasmtime.Engine(config)


class _Ticks:
    """While there is a run, a thread advances the engine's epoch."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        with self._lock:
            self._users += 1
            # A forked process has the object of the thread, but not the thread.
            if self._thread is None or not self._thread.is_alive():
                self._stop = threading.Event()
                self._thread = threading.Thread(target=_tick, args=(self._stop,), name="action-host-ticks", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                if self._users == 0:
                    self._stop.set()
                    self._thread = None


ticks = _Ticks()


def _tick(stop: threading.Event) -> None:
    engine = shared_engine()
    while not stop.wait(TICK_SECONDS):
        engine.increment_epoch()
