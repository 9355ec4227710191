"""Runs a case against a host and collects the evidence."""

import json
import struct
from dataclasses import dataclass

from . import guest, journal, script, secret
from .case import keys_of
from .host import Call, Ended
from .probe_log import Record, read_log
from .reply import fill
from .server import Seen, Server

TIMEOUT = 25


@dataclass
class Evidence:
    case: dict
    keys: dict  # those that are secrets: of 8 characters or more
    ended: Ended
    seen: Seen
    port: int
    log: list[Record] | None  # none if the guest is another one, or the result is not a log
    log_error: str = ""
    is_late: bool = False  # the kit sent "stop" or "cancel" later than the case asks

    @property
    def answers(self) -> dict:
        """By exchange, the first of each."""
        found = {}
        for record in self.log or []:
            if record.answer is not None:
                found.setdefault(record.answer.exchange, record.answer)
        return found


def base_urls(case: dict, keys: dict, places: dict) -> dict[str, str]:
    said = case.get("base_url", {})
    plan = case.get("server", {})
    scheme = "https" if "tls" in plan else "http"
    plain = f"{scheme}://{plan.get('host', '127.0.0.1')}:{places['port']}{plan.get('prefix', '')}"
    urls = {}
    for connection in guest.manifest_of(case).get("connections", []):
        text = said.get(connection["id"], plain)
        if text is not None:
            urls[connection["id"]] = fill(text, keys, places).decode("latin-1")
    return urls


def control(call: Call, server: Server, case: dict) -> None:
    """Sends "stop" or "cancel" when the case asks for it: some ms after the nth request came, after the nth reply was
    sent, or after the start. To be called before the host starts: the host may send its first request before the kit is
    ready."""
    for step in case.get("control", []):
        moment = next((name for name in ("request", "reply") if name in step), "start")
        listeners = {"request": server.listeners, "reply": server.when_answered, "start": call.when_started}[moment]

        def when(count, step=step, moment=moment):
            if count == step.get(moment, 1):
                call.say_in(step.get("ms", 0) / 1000, step["say"])

        listeners.append(when)
    if case.get("look_at_arguments"):
        server.listeners.append(lambda count: call.look_at_arguments() if count == 1 else None)


def kill_at(call: Call, server: Server, number: int) -> None:
    """Kills the host when the nth request has come; the server stays up for the next one."""
    server.listeners.append(lambda count: call.end() if count == number else None)


def collect(case: dict, command: list[str]) -> Evidence:
    keys = keys_of(case)
    secrets = {place: key for place, key in keys.items() if len(key) >= 8}
    needles = [text for key in secrets.values() for text in secret.needles(key)] if case.get("needles", True) else []
    boot = script.boot_area(case.get("exports", {}), case.get("abi_version", 0x10001))
    server = Server(case, keys)
    try:
        variables = {place: f"CONFORMANCE_SECRET_{n}" for n, place in enumerate(keys)}
        with Call(case.get("timeout", TIMEOUT)) as call:
            written = script.compile_script(case, needles)
            text = case.get("input") or json.dumps({"script": written.hex()}, separators=(",", ":"))

            def prepare(as_case):
                values = keys_of(as_case)
                options = ["--module", call.file("guest.wasm", guest.module_of(as_case, boot))]
                options += ["--action", case.get("action", "probe"), "--input", call.file("input.json", text.encode())]
                for name, url in base_urls(as_case, keys, server.places).items():
                    options += ["--base-url", f"{name}={url}"]
                for place, variable in variables.items():
                    options += ["--secret", f"{place}={variable}"]
                    call.secrets[variable] = values[place]
                if case.get("journal"):
                    options += ["--journal", str(call.place / "journal.jsonl")]
                call.command = [*command, "run", *options]

            prepare(case)
            if "kill_at_request" in case or "on_resume" in case:
                if "kill_at_request" in case:
                    kill_at(call, server, case["kill_at_request"])
                call.run()
                resumed = case.get("on_resume", {})
                prepare({**case, **{name: value for name, value in resumed.items() if name != "journal"}})
                call.edit("journal.jsonl", resumed.get("journal", []), journal.edited)
            control(call, server, case)
            ended = call.run()
            is_late = call.is_late
    finally:
        server.close()
    evidence = Evidence(case, secrets, ended, server.seen, server.port, None, is_late=is_late)
    if case.get("guest", "probe") == "probe" and ended.exit == "result":
        try:
            evidence.log = read_log(ended.stdout.decode())
        except (ValueError, KeyError, TypeError, struct.error) as error:
            evidence.log_error = f"the result on standard output is not the probe's: {error}"
    return evidence
