"""The skipcall program with modules of all kinds: good, bad and hostile ones."""

import contextlib
import json
import re
import stat
import subprocess
import threading
import time
import types
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer

from case import Case
from program import ROOT, Terminal, contacts

IDS = contacts(400)
KEY = "sk_test_nobody_may_see_this"


def leb128(number):
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + leb128(rest) if rest else bytes([low])


@contextlib.contextmanager
def server_of_headers(body):
    """A server that records the headers of each request, and answers 200 with `body`."""
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
        """The host's test guest, whose actions misbehave in one way each, with parts of its text replaced."""
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
        # A server that repeats another connection's key.
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
        self.assertIn("server     http://127.0.0.1:9 (named only by the module)\n  key        none", err)
        self.assertNotIn("127.0.0.1:8", err)
        # A key that is named goes to no server that nobody named or confirmed.
        _, err = self.run_ok(*run, "--yes", "--key-from", "openai=OPENAI_API_KEY", env=env, code=2)
        self.assertIn("--connection openai=URL", err)
        terminal = Terminal(self.folder, *run, "--key-from", "openai=OPENAI_API_KEY", env=env)
        terminal.read_until("[y/N] ")
        for text in ("http://127.0.0.1:9", "named only by the module", "from the variable OPENAI_API_KEY"):
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
        self.assertIn("Continue removing 2 contacts", err)
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


if __name__ == "__main__":
    unittest.main()
