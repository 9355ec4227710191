"""The program skipcall under trouble: signals, kill -9, bad modules, a terminal, and who can see the key."""

import contextlib
import json
import os
import pathlib
import random
import re
import resource
import signal
import stat
import subprocess
import threading
import time
import types
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer

from end_to_end_test import Case
from program import EMSCRIPTEN_MODULE, EXAMPLE, MODULE, ROOT, Terminal, contacts, sandbox

IDS = contacts(400)
ROWS = [("A", c) for c in IDS]
KEY = "sk_test_nobody_may_see_this"


def wait_for(condition, timeout=30):
    end = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("waited in vain")
        time.sleep(0.005)


def leb128(number):
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + leb128(rest) if rest else bytes([low])


class Signals(Case):
    def stopped(self, signals, request=3, rows=ROWS, **switches):
        """Runs against a slow sandbox and sends the signals once `request` was begun. Result: exit code, result,
        seconds until the end."""
        with sandbox(self.folder, {"A": IDS}, **switches) as env:
            process = self.folder.start(
                "remove-contacts",
                self.folder.csv(rows),
                "--yes",
                "--json",
                "--verbose",
                "--batch-size",
                "10",
                "--concurrency",
                "2",
                env=env,
            )
            for line in process.stderr:
                if line.startswith(f"#{request} DELETE".encode()):
                    break
            begin = time.monotonic()
            for number in signals:
                process.send_signal(number)
                time.sleep(0.3)
            out, err = process.communicate(timeout=60)
            took = time.monotonic() - begin
            result = json.loads(out)
            files = self.folder.remaining_files()
            if result["status"] != "completed":
                remaining = json.loads(files[0].read_text())
                self.assertEqual(
                    sum(len(r["contactIds"]) for r in remaining["removals"]), result["unknown"] + result["unsent"]
                )
                self.assertIn(files[0].name.encode(), err)
                self.run_ok("remove-contacts", str(files[0]), "--yes", env=env)
                self.check_account(env, rows)
        return process.returncode, result, took

    def test_first_lets_open_requests_end(self):
        code, result, took = self.stopped([signal.SIGINT], latencyMs=600)
        self.assertEqual((code, result["status"]), (130, "cancelled"))
        self.assertEqual(result["unknown"], 0)
        self.assertGreaterEqual(result["confirmed"], 30)
        self.assertLess(took, 4)

    def test_first_gives_open_requests_five_seconds(self):
        code, result, took = self.stopped([signal.SIGINT], request=1, rows=ROWS[:20], latencyMs=9000)
        self.assertEqual((code, result["status"]), (130, "cancelled"))
        self.assertEqual((result["confirmed"], result["unknown"], result["unsent"]), (0, 10, 10))
        self.assertGreater(took, 4.5)
        self.assertLess(took, 8)

    def test_second_cancels_at_once(self):
        code, result, took = self.stopped([signal.SIGINT, signal.SIGINT], request=1, bodyMs=3000, bodyBytes=100)
        self.assertEqual((code, result["status"]), (130, "cancelled"))
        self.assertEqual((result["confirmed"], result["unknown"]), (0, 10))
        self.assertLess(took, 2.5)

    def test_no_signal_hurts_the_account(self):
        ids = contacts(100000, "many")
        path = self.folder.file("many.txt", "\n".join(ids))
        for turn in range(2):
            with self.subTest(turn), sandbox(self.folder, {"A": ids}, latencyMs=100) as env:
                out_path = self.folder.path / "out.json"
                with open(out_path, "wb") as out:
                    process = self.folder.start(
                        "remove-contacts", path, "--sequence", "A", "--yes", "--json", env=env, stdout=out
                    )
                    wait_for(lambda: self.folder.requests_served() > 0)
                    while process.poll() is None:
                        process.send_signal([signal.SIGINT, signal.SIGTERM, signal.SIGHUP][turn % 3])
                        time.sleep(0.001)
                    process.communicate()
                self.assertEqual(process.returncode, (130, 143)[turn])
                result = json.loads(out_path.read_text())
                (left,) = self.folder.remaining_files()
                self.assertEqual(
                    sum(len(r["contactIds"]) for r in json.loads(left.read_text())["removals"]),
                    result["unknown"] + result["unsent"],
                )
                left.unlink()
                self.assertEqual(self.folder.journals(), [])
                names = [p.name for p in self.folder.path.rglob("*") if p.is_file()]
                self.assertEqual([n for n in names if ".json." in n], [])

    def test_term_is_143(self):
        code, result, _ = self.stopped([signal.SIGTERM], latencyMs=600)
        self.assertEqual((code, result["status"]), (143, "cancelled"))


class Trouble(Case):
    def test_the_example_is_done_through_windows_failures_and_lost_answers(self):
        data = json.loads((ROOT / "examples/sandbox.json").read_text())
        sequences = {s["id"]: {"generate": s["generate"]} for s in data["sequences"]}
        # The third answer is lost at the end of the run, so that the one that checks it loses none.
        switches = {"limit": 50, "windowMs": 3000, "failEvery": 12, "lostEvery": 40}
        for module in (MODULE, EMSCRIPTEN_MODULE):
            with self.subTest(module), sandbox(self.folder, sequences, **switches) as env:
                arguments = ["remove-contacts", EXAMPLE, "--yes", "--json", "--module", module]
                out, _ = self.run_ok(*arguments, "--batch-size", "25", env=env)
                result = json.loads(out)
                counts = ("status", "requested", "unique", "duplicates", "invalid", "confirmed", "unknown", "unsent")
                self.assertEqual([result[name] for name in counts], ["completed", 2930, 2880, 50, 0, 2880, 0, 0])
                self.assertEqual(
                    [s["confirmed"] for s in result["sequences"]], [s["unique"] for s in result["sequences"]]
                )
                self.assertGreater(result["requests"], 2 * switches["limit"])
                self.assertGreater(result["retries"], 10)
                lost = self.folder.answers_lost()
                self.assertGreaterEqual(lost, 2)
                out, _ = self.run_ok(*arguments, env=env)
                again = json.loads(out)
                self.assertEqual((again["confirmed"], again["removed"]), (2880, 0))
                self.assertEqual(self.folder.answers_lost(), lost)


class Resume(Case):
    def cut_off(self, path, env, *arguments, served=1):
        """A run of the file that is killed when so many of its requests were answered. Result: its journal."""
        process = self.folder.start("remove-contacts", path, "--yes", "--batch-size", "10", *arguments, env=env)
        wait_for(lambda: self.folder.requests_served() >= served)
        process.kill()
        process.communicate()
        return str(self.folder.journals()[0])

    def test_killed_at_any_moment(self):
        moments = random.Random(7)
        killed = 0
        path = self.folder.csv(ROWS)
        for turn in range(6):
            with self.subTest(turn), sandbox(self.folder, {"A": IDS}, latencyMs=40) as env:
                journal = str(self.folder.path / f"run-{turn}.journal")
                process = self.folder.start(
                    "remove-contacts", path, "--yes", "--batch-size", "5", "--journal", journal, env=env
                )
                wait_for(lambda: os.path.exists(journal) or process.poll() is not None)
                time.sleep(moments.uniform(0, 0.4))
                process.kill()
                process.communicate()
                if not os.path.exists(journal):  # a busy machine: it ended before it was killed
                    self.assertEqual(process.returncode, 0)
                    continue
                killed += 1
                self.assertEqual(os.stat(journal).st_mode & 0o777, 0o600)
                out, _ = self.run_ok("remove-contacts", "--resume", journal, "--yes", "--json", env=env)
                result = json.loads(out)
                self.assertEqual((result["status"], result["confirmed"]), ("completed", 400))
                # Sent again: only the batches that were open, at most 6.
                self.assertLessEqual(self.folder.requests_served(), 80 + 6)
                self.assertFalse(os.path.exists(journal))
                self.check_account(env, ROWS)
        self.assertGreaterEqual(killed, 2)

    def test_a_journal_that_lost_its_end_tells_no_low_count_as_exact(self):
        path = self.folder.csv(ROWS[:40])
        with sandbox(self.folder, {"A": IDS[:40]}, latencyMs=100) as env:
            journal = pathlib.Path(self.cut_off(path, env, served=3))
            whole = journal.read_bytes()
            for damaged in (whole[: whole.index(b"\n") + 1], whole[: whole.index(b"response") + 100]):
                journal.write_bytes(damaged)
                journal.chmod(0o600)
                out, err = self.run_ok("remove-contacts", "--resume", str(journal), "--yes", "--json", env=env)
                result = json.loads(out)
                self.assertEqual((result["status"], result["confirmed"]), ("completed", 40))
                self.assertLess(result["removed"], 40)
                self.assertFalse(result["removedExact"])
                self.assertIn("The end of the journal is missing or damaged", err)
            self.check_account(env, ROWS[:40])
            journal.write_bytes(b"SKIPJRN1\x5c\0\0\0")
            journal.chmod(0o600)
            _, err = self.run_ok("remove-contacts", "--resume", str(journal), "--yes", env=env, code=2)
            self.assertIn("written by an older version", err)
            self.assertIn("send the input or the remaining file again", err)

    def test_a_journal_is_shown_and_made_fit_to_be_sent(self):
        ids = [*IDS[:39], IDS[0].upper(), "kept secret"]
        rows = [("Spring 2026 for Ümit", c) for c in ids]
        with sandbox(self.folder, {"Spring 2026 for Ümit": IDS[:39]}, latencyMs=100, failEvery=3) as env:
            path = self.folder.csv(rows)
            journal = pathlib.Path(self.cut_off(path, env, "--skip-invalid", served=4))
            before = journal.read_bytes()
            served = self.folder.requests_served()
            shown, _ = self.run_ok("replay", str(journal))
            for text in (
                "Journal of remove_contacts",
                " s  wake",
                "#1 DELETE /v1/sequences/",
                "#1 200 ",
                " of 39 confirmed",
            ):
                self.assertIn(text, shown)
            self.assertRegex(shown, r"#\d+ has no response: it may have been sent\n")
            redacted, _ = self.run_ok("redact", str(journal))
            for text in (*IDS[:39], IDS[0].upper(), "Spring", "Ümit", "secret", env["SKIPCALL_BASE_URL"], path):
                self.assertNotIn(text, redacted)
            report = self.folder.file("report.journal", redacted)
            again, _ = self.run_ok("replay", report)

            def outline(text):
                text = re.sub(r"(#\d+ (DELETE|\d{3})) .*", r"\1", text)
                return [line for line in text.splitlines() if not line.startswith("  server")]

            self.assertEqual(outline(again), outline(shown))
            self.assertIn("aaaaaaaa-0000-4000-8000-000000000001", again)
            self.assertEqual(journal.read_bytes(), before)
            self.assertLessEqual(self.folder.requests_served(), served + 6)  # those that were open
            _, err = self.run_ok("replay", path, code=2)
            self.assertIn("it is not a journal", err)
            self.run_ok("remove-contacts", "--resume", str(journal), "--yes", env=env)
        vectors = ROOT / "tests/vectors/account.jsonl"
        shown, _ = self.run_ok("replay", str(vectors))
        self.assertIn('"status":"completed"', shown)

    def test_invalid_ids_are_still_named_by_file_and_line(self):
        path = self.folder.csv([*ROWS[:100], ("A", "not-an-id")])
        with sandbox(self.folder, {"A": IDS}, latencyMs=200) as env:
            journal = self.cut_off(path, env, "--skip-invalid")
            out, err = self.run_ok("remove-contacts", "--resume", journal, "--yes", env=env)
            self.assertIn(f"{path}:102: ", out)
            self.assertIn("  left out  1 invalid id\n", err)

    def test_it_asks_as_a_new_run_does(self):
        with sandbox(self.folder, {"A": IDS}, latencyMs=200) as env:
            journal = self.cut_off(self.folder.csv(ROWS), env, served=3)
            served = self.folder.requests_served()
            arguments = ["remove-contacts", "--resume", journal]
            _, err = self.run_ok(*arguments, env=env, code=2)
            done = re.search(
                r"Go on removing (\d+) contacts from 1 sequence\n  done      (\d+) of 400 already, \2 removed\n", err
            )
            self.assertTrue(done, err)
            self.assertEqual(int(done[1]) + int(done[2]), 400)
            self.assertGreater(int(done[2]), 0)
            self.assertIn('contact "contactId", sequence "sequenceId"', err)
            for text in (env["SKIPCALL_BASE_URL"], "test key", journal, "--yes"):
                self.assertIn(text, err)
            terminal = Terminal(self.folder, *arguments, env=env)
            terminal.read_until("Go on? [y/N] ")
            terminal.type("n\n")
            self.assertEqual(terminal.end(), 2)
            self.assertIn("Nothing more was sent.", terminal.seen)
            _, err = self.run_ok(*arguments, "--yes", "--max", "399", env=env, code=2)
            self.assertIn("400 contacts, more than --max 399", err)
            _, err = self.run_ok(*arguments, "--yes", "--concurrency", "1", env=env, code=2)
            self.assertIn("--concurrency", err)
            self.assertLessEqual(self.folder.requests_served(), served + 6)  # those that were open
            terminal = Terminal(self.folder, *arguments, "--max", "400", env=env)
            terminal.read_until("Go on? [y/N] ")
            terminal.type("y\n")
            self.assertEqual(terminal.end(), 0)
            removed = [int(number) for number in re.findall(r"of 400, (\d+) removed", terminal.seen)]
            self.assertGreaterEqual(min(removed), int(done[2]))
            self.assertIn("Done: ", terminal.seen)
            self.assertEqual(self.folder.journals(), [])
            self.check_account(env, ROWS)

    def test_only_the_same_run_is_resumed(self):
        with sandbox(self.folder, {"A": IDS}, latencyMs=200) as env:
            process = self.folder.start(
                "remove-contacts", self.folder.csv(ROWS), "--yes", "--batch-size", "10", env=env
            )
            wait_for(lambda: self.folder.journals() and self.folder.journals()[0].stat().st_size > 16000)
            journal = str(self.folder.journals()[0])
            _, err = self.run_ok("remove-contacts", "--resume", journal, "--yes", env=env, code=2)
            self.assertIn("another run is using it", err)
            process.kill()
            process.communicate()
            for name, value in (("SKIPCALL_API_KEY", "sk_test_other_key"), ("SKIPCALL_BASE_URL", "http://127.0.0.1:1")):
                arguments = ["remove-contacts", "--resume", journal, "--yes"]
                _, err = self.run_ok(*arguments, env={**env, name: value}, code=2)
                self.assertNotIn("Go on removing", err)
                self.assertNotIn("sk_test_", err)
            _, err = self.run_ok("remove-contacts", "--resume", journal, self.folder.csv(ROWS), env=env, code=2)
            self.assertIn("--resume", err)
            _, err = self.run_ok(
                "remove-contacts", self.folder.csv(ROWS), "--yes", "--journal", journal, env=env, code=2
            )
            self.run_ok("remove-contacts", "--resume", journal, "--yes", env=env)
            self.assertEqual(self.folder.journals(), [])


class AddressSpace(Case):
    """What `ulimit -v` leaves."""

    def limited(self, mebibytes, *arguments):
        limit = mebibytes << 20
        return self.folder.run(*arguments, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))

    def test_two_gibibytes_are_enough(self):
        self.assertFalse((self.folder.path / "home").exists())  # compiled anew
        code, out, err = self.limited(2048, "remove-contacts", EXAMPLE, "--sandbox", "--yes")
        self.assertEqual(code, 0, err)
        self.assertIn("2,820 removed now", out)

    def test_less_is_refused_with_a_reason(self):
        for mebibytes in (2047, 1024, 256, 64):
            for arguments in ([EXAMPLE, "--sandbox", "--yes"], [EXAMPLE, "--dry-run"]):
                with self.subTest(mebibytes=mebibytes, arguments=arguments):
                    code, out, err = self.limited(mebibytes, "remove-contacts", *arguments)
                    self.assertEqual((code, out), (5, ""), err)
                    self.assertIn(f"limited to {mebibytes} MiB; raise the limit: ulimit -v 2097152", err)
        code, _, err = self.limited(256, "sandbox")
        self.assertEqual(code, 5, err)
        self.assertIn("no threads can be started", err)


class Secrets(Case):
    def test_nobody_sees_the_key(self):
        with sandbox(
            self.folder, {"A": IDS}, keys=[{"key": KEY, "plan": "EXPERT"}], echoKey=True, failEvery=2, latencyMs=20
        ) as env:
            process = self.folder.start(
                "remove-contacts",
                self.folder.csv(ROWS),
                "--yes",
                "--verbose",
                "--batch-size",
                "10",
                "--max-attempts",
                "2",
                env={**env, "SKIPCALL_API_KEY": KEY},
            )
            wait_for(lambda: self.folder.journals() or process.poll() is not None)
            for name in ("cmdline", "environ"):
                self.assertNotIn(KEY.encode(), pathlib.Path(f"/proc/{process.pid}/{name}").read_bytes())
            time.sleep(0.3)
            seen = b"".join(p.read_bytes() for p in self.folder.journals())
            out, err = process.communicate(timeout=60)
            self.assertTrue(seen)
            os.remove(self.folder.path / "sandbox.json")
            files = [p for p in self.folder.path.rglob("*") if p.is_file()]
            for text in (out, err, seen, *(p.read_bytes() for p in files)):
                self.assertNotIn(KEY.encode(), text)
            self.assertIn(b"#1 DELETE", err)


@contextlib.contextmanager
def server_of_headers(body):
    """A server that notes the headers of each request, and answers 200 with `body`."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_DELETE(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            seen.append(self.headers)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield types.SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}", seen=seen)
        server.shutdown()


class Modules(Case):
    def guest(self, *exchanged):
        """The host's test guest, whose actions misbehave in one way each, with parts of its text exchanged."""
        text = (ROOT / "tests/wasmtime/guests/actions.wat").read_text()
        for before, after in exchanged:
            self.assertIn(before, text)
            text = text.replace(before, after)
        # Of (@custom …) an old wabt writes nothing, so it is left out, and written here.
        annotation = re.search(r'\(@custom "action_manifest" "(.*)"\)', text)
        source = self.folder.file("guest.wat", text.replace(annotation[0], ""))
        path = self.folder.path / "guest.wasm"
        subprocess.run(["wat2wasm", source, "-o", path], check=True)
        manifest = annotation[1].replace('\\"', '"').encode()
        content = bytes([len("action_manifest")]) + b"action_manifest" + manifest
        path.write_bytes(path.read_bytes() + b"\0" + leb128(len(content)) + content)
        return str(path)

    def refused(self, path, text):
        for arguments in (
            ["inspect", path],
            ["manifest", path],
            ["run", path, "--input", "in.json", "--yes"],
            ["remove-contacts", "--sandbox", "--sequence", "A", "--id", IDS[0], "--yes", "--module", path],
        ):
            with self.subTest(arguments):
                out, err = self.run_ok(*arguments, code=5)
                self.assertEqual(out, "")
                self.assertIn(text, err)

    def setUp(self):
        super().setUp()
        self.folder.file("in.json", "{}")

    def test_not_a_module_of_this_abi(self):
        self.refused("missing.wasm", "missing.wasm")
        self.refused(self.folder.file("text.wasm", "hello"), "WebAssembly")
        self.refused(self.guest(('\\"abiVersion\\":\\"1.0\\"', '\\"abiVersion\\":\\"7.0\\"')), "7.0")
        self.refused(self.guest(('(export "action_wake")', '(export "action_woke")')), "action_wake")
        self.refused(self.guest(('"action_host_v1" "http_cancel"', '"env" "http_cancel"')), "env")

    def test_any_action_of_any_module(self):
        seen = []

        class Server(BaseHTTPRequestHandler):
            def do_DELETE(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                seen.append((self.path, self.headers["Authorization"], self.headers["Content-Type"], body))
                self.send_response(200 if len(seen) != 2 else 404)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        path = self.guest()
        with HTTPServer(("127.0.0.1", 0), Server) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            env = {"SOME_KEY": KEY}
            named = ["--connection", f"test=http://127.0.0.1:{server.server_port}", "--key-from", "test=SOME_KEY"]
            for action, result in (("three", "cxc\n"), ("sleep", "full\n")):
                with self.subTest(action):
                    arguments = ["run", path, "--action", action, "--input", "in.json", "--yes", *named]
                    out, err = self.run_ok(*arguments, env=env)
                    self.assertEqual(out, result)
                    self.assertIn(f"Run {action} of {path}\n  connection test\n  server     {named[1][5:]}\n", err)
                    self.assertIn("from the variable SOME_KEY\n", err)
                    self.assertNotIn(KEY, err)
            server.shutdown()
        self.assertEqual(seen, [("/items/1", f"Bearer {KEY}", "text/plain", "{}")] * 3)

    def test_each_connection_has_its_own_server_headers_and_key(self):
        # The second of the three requests goes to another connection, which has two fields.
        crm = r"{\"id\":\"acct\",\"baseUrl\":\"https://crm.example.com\",\"headers\":{\"X-User\":\"{user}\",\"X-Token\":\"t {token}\"},"
        crm += r"\"fields\":[{\"name\":\"user\",\"secret\":false},{\"name\":\"token\"}]}"
        path = self.guest(
            (r"\"connections\":[", r"\"connections\":[" + crm + ","),
            ('(data (i32.const 16) "test")', '(data (i32.const 16) "test") (data (i32.const 384) "acct")'),
            (
                "(i32.store offset=16 (global.get $request) (i32.const 16))",
                "(i32.store offset=16 (global.get $request)"
                " (select (i32.const 384) (i32.const 16) (i32.eq (global.get $exchange) (i32.const 2))))",
            ),
        )
        keys = {"TEST_KEY": KEY, "CRM_USER": "me", "CRM_TOKEN": "tok_0123456789"}
        # A server that repeats what another connection's key is.
        with server_of_headers(keys["CRM_TOKEN"]) as test, server_of_headers(KEY) as acct:
            named = ["--connection", f"acct={acct.url}", "--connection", f"test={test.url}"]
            named += ["--key-from", "test=TEST_KEY", "--key-from", "acct.user=CRM_USER"]
            token = ["--key-from", "acct.token=CRM_TOKEN"]
            run = ["run", path, "--action", "three", "--input", "in.json", "--yes", *named]
            out, err = self.run_ok(*run, *token, env=keys)
            self.assertEqual(out, "ccc\n")
            self.assertIn(f"  connection acct\n  server     {acct.url}\n  user       from the variable CRM_USER\n", err)
            self.assertIn(f"  connection test\n  server     {test.url}\n  key        test key from the variable T", err)
            self.assertEqual([h["Authorization"] for h in test.seen], [f"Bearer {KEY}"] * 2)
            ((user, bearer, word),) = [(h["X-User"], h["Authorization"], h["X-Token"]) for h in acct.seen]
            self.assertEqual((user, bearer, word), ("me", None, "t tok_0123456789"))
            self.assertEqual([h["X-Token"] for h in test.seen], [None] * 2)
            # One field without a value: that connection gets no request, the other one does.
            out, err = self.run_ok(*run, env=keys)
            self.assertEqual(out, "cnc\n")
            self.assertIn("--key-from acct.token=VARIABLE", err)
            self.assertEqual((len(test.seen), len(acct.seen)), (4, 1))
            # No response gets a key into the module, not even one that belongs to another connection.
            run[run.index("three")] = "echo"
            out, _ = self.run_ok(*run, *token, env=keys)
            self.assertEqual(out, "*" * len(keys["CRM_TOKEN"]) + "\n")
        for words, text in (
            (["--key-from", "acct=CRM_TOKEN"], '"acct.user", "acct.token"'),
            (["--key-from", "acct.other=CRM_TOKEN"], '"acct", "test"'),
            (["--key-from", "acct.token=CRM_TOKEN", "--key-from", "acct.token=TEST_KEY"], "twice"),
        ):
            with self.subTest(words):
                _, err = self.run_ok("run", path, "--action", "three", "--input", "in.json", *words, env=keys, code=2)
                self.assertIn(text, err)
        # One variable may serve several connections.
        shared = [
            "--key-from",
            "test=CRM_TOKEN",
            "--key-from",
            "acct.token=CRM_TOKEN",
            "--connection",
            "test=https://a",
        ]
        shared += ["--connection", "acct=https://b"]
        _, err = self.run_ok("run", path, "--action", "sleep", "--input", "in.json", "--yes", *shared, env=keys)
        self.assertEqual(err.count("from the variable CRM_TOKEN"), 2)

    def test_a_module_gets_only_the_key_that_was_named_for_it(self):
        path = self.guest(
            (
                r"\"id\":\"test\",\"baseUrl\":\"https://api.example.com\"",
                r"\"id\":\"openai\",\"baseUrl\":\"http://127.0.0.1:9\"",
            )
        )
        run = ["run", path, "--action", "three", "--input", "in.json"]
        env = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "http://127.0.0.1:8", "SKIPCALL_API_KEY": KEY}
        # Nothing is taken that was not named.
        out, err = self.run_ok(*run, "--yes", env=env)
        self.assertIn("server     http://127.0.0.1:9 (named by the module alone)\n  key        none", err)
        self.assertNotIn("127.0.0.1:8", err)
        # A key that is named goes to no server that nobody named or confirmed.
        _, err = self.run_ok(*run, "--yes", "--key-from", "openai=OPENAI_API_KEY", env=env, code=2)
        self.assertIn("--connection openai=URL", err)
        terminal = Terminal(self.folder, *run, "--key-from", "openai=OPENAI_API_KEY", env=env)
        terminal.read_until("[y/N] ")
        for text in ("http://127.0.0.1:9", "named by the module alone", "from the variable OPENAI_API_KEY"):
            self.assertIn(text, terminal.seen)
        terminal.type("n\n")
        self.assertEqual(terminal.end(), 2)
        key_file = self.folder.file("key", KEY)
        named = ["--connection", "openai=http://127.0.0.1:9", "--yes"]
        _, err = self.run_ok(*run, *named, "--key-file", f"openai={key_file}", env=env)
        self.assertIn(f"from the file {key_file}\n", err)
        for words, text in (
            (["--key-from", "crm=OPENAI_API_KEY"], '"openai"'),
            (["--key-from", "openai"], "ID=VALUE"),
            (["--key-from", "openai=NOT_THERE"], "NOT_THERE"),
            (["--key-from", "openai=OPENAI_API_KEY", "--key-file", f"openai={key_file}"], "keep one"),
            (["--connection", "openai=http://example.com"], "http"),
            (["--connection", "openai=https://a", "--connection", "openai=https://b"], "twice"),
        ):
            with self.subTest(words):
                _, err = self.run_ok(*run, "--yes", *words, env=env, code=2)
                self.assertIn(text, err)
                self.assertNotIn(KEY, err)
        # remove-contacts reads Skipcall's variables, whatever a module calls its connection.
        path = self.guest(
            (r"\"id\":\"test\"", r"\"id\":\"openai\""),
            ('\\"trap\\"', '\\"remove_contacts\\"'),
            ('(export "trap")', '(export "remove_contacts")'),
        )
        _, err = self.run_ok(
            "remove-contacts", "--sequence", "A", "--id", IDS[0], "--module", path, env={"OPENAI_API_KEY": KEY}, code=2
        )
        self.assertIn("SKIPCALL_API_KEY", err)

    def test_a_modules_words_steer_no_terminal(self):
        odd = r"\1b]0;x\07\c2\9b\e2\80\ae\7f"
        path = self.guest(('(data (i32.const 112) "full")', f'(data (i32.const 112) "{odd}")'))
        out, _ = self.run_ok("run", path, "--action", "sleep", "--input", "in.json", "--yes")
        self.assertNotRegex(out, "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]")
        path = self.guest((r"\"test.actions\"", '\\"\x9b\u202e\x7f\\"'))
        for command in ("manifest", "inspect"):
            with self.subTest(command):
                out, _ = self.run_ok(command, path)
                self.assertNotRegex(out, "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]")
                if command == "manifest":
                    self.assertEqual(json.loads(out)["id"], "\u009b\u202e\x7f")

    def test_reading_a_module_runs_nothing_of_it(self):
        begin = '(func (export "_initialize")'
        path = self.guest(
            (begin, begin + " unreachable"),
            (r"{\"export\":\"echo\"}", r"{\"export\":\"echo\",\"title\":[1]}"),
        )
        out, _ = self.run_ok("inspect", path)
        self.assertIn("module       test.actions\n", out)
        self.assertIn("action       sleep\n", out)
        out, _ = self.run_ok("manifest", path)
        self.assertEqual(json.loads(out)["id"], "test.actions")
        _, err = self.run_ok("run", path, "--action", "sleep", "--input", "in.json", "--yes", code=5)
        self.assertIn("trapped", err)

    def test_a_module_that_traps_or_loops(self):
        for action, text in (("trap", "trap"), ("loop", "longer"), ("wild", "memory")):
            with self.subTest(action):
                path = self.guest()
                begin = time.monotonic()
                out, err = self.run_ok(
                    "run",
                    path,
                    "--action",
                    action,
                    "--input",
                    "in.json",
                    "--yes",
                    code=5,
                )
                self.assertEqual(out, "")
                self.assertIn(text, err.splitlines()[-1])
                self.assertLess(time.monotonic() - begin, 30)

    def test_remove_contacts_survives_a_module_that_traps(self):
        path = self.guest(('\\"trap\\"', '\\"remove_contacts\\"'), ('(export "trap")', '(export "remove_contacts")'))
        _, err = self.run_ok(
            "remove-contacts", "--sandbox", "--sequence", "A", "--id", IDS[0], "--yes", "--module", path, code=5
        )
        self.assertIn("trap", err.splitlines()[-1])

    def test_nothing_is_lost_when_a_module_traps_in_the_middle(self):
        # Done at seed 0, which is the dry run's; any other run traps at its first wake.
        check = '{"status":"completed","unique":2,"sequences":[{"unique":2}]}'
        path = self.guest(
            ('\\"trap\\"', '\\"remove_contacts\\"'),
            (
                '"trap") (param i32 i32 i32 i64) (result i32) (call $start (i32.const 5)',
                '"remove_contacts") (param i32 i32 i32 i64) (result i32) (call $start '
                "(select (i32.const 10) (i32.const 5) (i64.eqz (local.get 3)))",
            ),
            (
                '(data (i32.const 128) "{}")',
                '(data (i32.const 128) "{}") (data (i32.const 400) "' + check.replace('"', '\\"') + '")',
            ),
            (
                "    (if (i32.eq (global.get $action) (i32.const 5))",
                "    (if (i32.eq (global.get $action) (i32.const 10))"
                f" (then (return (call $done (i32.const 400) (i32.const {len(check)})))))\n"
                "    (if (i32.eq (global.get $action) (i32.const 5))",
            ),
        )
        env = {"SKIPCALL_API_KEY": "sk_test_x1234567", "SKIPCALL_BASE_URL": "http://127.0.0.1:1"}
        arguments = ["remove-contacts", "--sequence", "A", "--id", *IDS[:2], "--yes", "--module", path]

        _, err = self.run_ok(*arguments, code=5, env=env)
        self.assertIn("trap", err)
        (remaining,) = self.folder.remaining_files()
        self.assertEqual(stat.S_IMODE(remaining.stat().st_mode), 0o600)
        self.assertIn(f"  skipcall remove-contacts {remaining.name}\n", err)
        (journal,) = self.folder.journals()
        command = f"remove-contacts --resume {journal} --module {path} --yes"
        self.assertIn(f"  skipcall {command}\n", err)
        out, _ = self.run_ok("remove-contacts", remaining.name, "--dry-run", "--json")
        self.assertEqual(json.loads(out)["unique"], 2)

        # Where the file cannot be written, the journal is all there is.
        too_long = "x" * 300
        _, err = self.run_ok(*command.split(), "--remaining", too_long, code=5, env=env)
        self.assertIn("Go on removing 2 contacts", err)
        self.assertIn(f"could not be kept: {too_long}", err)
        self.assertIn(f"  skipcall {command}\n", err)
        self.assertEqual(self.folder.journals(), [journal])

    def test_compiled_code_is_kept(self):
        arguments = ["remove-contacts", "--sequence", "A", "--id", IDS[0], "--dry-run"]
        self.run_ok(*arguments)
        kept = [p for p in (self.folder.path / "home/.cache").rglob("*") if p.is_file()]
        self.assertEqual(len(kept), 1)
        written = kept[0].stat().st_ino
        self.run_ok(*arguments)
        self.assertEqual(kept[0].stat().st_ino, written)
        kept[0].write_bytes(b"damaged")
        self.run_ok(*arguments)


class OnATerminal(Case):
    def test_it_asks(self):
        with sandbox(self.folder, {"A": IDS}) as env:
            for answer, code, shown in (("n", 2, "Nothing was sent"), ("", 2, "Nothing was sent"), ("y", 0, "Done: ")):
                with self.subTest(answer):
                    terminal = Terminal(self.folder, "remove-contacts", self.folder.csv(ROWS), env=env)
                    terminal.read_until("Go on? [y/N] ")
                    self.assertIn("400 contacts", terminal.seen)
                    terminal.type(answer + "\n")
                    self.assertEqual(terminal.end(), code)
                    self.assertIn(shown, terminal.seen)

    def test_it_asks_though_standard_input_is_the_input(self):
        path = self.folder.file("ids.txt", "\n".join(IDS))
        with sandbox(self.folder, {"A": IDS}) as env, open(path) as ids:
            terminal = Terminal(self.folder, "remove-contacts", "-", "--sequence", "A", env=env, stdin=ids)
            terminal.read_until("Go on? [y/N] ")
            terminal.type("y\n")
            self.assertEqual(terminal.end(), 0)
            self.assertIn("400 contacts are out", terminal.seen)

    def test_progress_and_colour(self):
        with sandbox(self.folder, {"A": IDS}, limit=20, windowMs=2000, latencyMs=150) as env:
            terminal = Terminal(
                self.folder,
                "remove-contacts",
                self.folder.csv(ROWS),
                "--yes",
                "--batch-size",
                "10",
                "--leave-remaining",
                "0",
                env=env,
            )
            self.assertEqual(terminal.end(), 0)
            self.assertRegex(terminal.seen, r"\[#+\.+\] \d+ % \d+ of 400, \d+ removed")
            self.assertRegex(terminal.seen, r"waiting for the rate limit until \d\d:\d\d:\d\d")
            self.assertIn("\x1b[32mDone: \x1b[0m", terminal.seen)
            terminal = Terminal(
                self.folder, "remove-contacts", self.folder.csv(ROWS), "--dry-run", env={**env, "NO_COLOR": "1"}
            )
            self.assertEqual(terminal.end(), 0)
            self.assertNotIn("\x1b[3", terminal.seen)

    def test_ctrl_c(self):
        with sandbox(self.folder, {"A": IDS}, latencyMs=400) as env:
            terminal = Terminal(
                self.folder, "remove-contacts", self.folder.csv(ROWS), "--yes", "--batch-size", "10", env=env
            )
            terminal.read_until("] ")
            terminal.type("\x03")
            terminal.read_until("Ctrl-C again cancels")
            self.assertEqual(terminal.end(), 130)
            self.assertIn("Stopped: ", terminal.seen)


if __name__ == "__main__":
    unittest.main()
