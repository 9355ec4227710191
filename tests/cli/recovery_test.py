"""The skipcall program in trouble: signals, kill -9, little memory, and who can see the key."""

import json
import os
import pathlib
import random
import re
import resource
import signal
import time
import unittest

from case import Case
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


class Signals(Case):
    def stopped(self, signals, request=3, rows=ROWS, **switches):
        """Runs against a slow sandbox and sends the signals once `request` has begun. Result: exit code, result,
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
    def test_the_example_completes_despite_windows_failures_and_lost_responses(self):
        data = json.loads((ROOT / "examples/sandbox.json").read_text())
        sequences = {s.pop("id"): s for s in data["sequences"]}
        # The third response is lost at the end of the run, so that the one that checks it loses none.
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
                lost = self.folder.responses_lost()
                self.assertGreaterEqual(lost, 2)
                out, _ = self.run_ok(*arguments, env=env)
                again = json.loads(out)
                self.assertEqual((again["confirmed"], again["removed"]), (2880, 0))
                self.assertEqual(self.folder.responses_lost(), lost)


class Resume(Case):
    def cut_off(self, path, env, *arguments, served=1):
        """A run of the file, killed once that many requests have been answered. Result: its journal."""
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

    def test_a_journal_without_its_end_does_not_report_a_low_count_as_exact(self):
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

    def test_a_journal_is_replayed_and_redacted(self):
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
                r"Continue removing (\d+) contacts from 1 sequence\n  done      (\d+) of 400 already, \2 removed\n", err
            )
            self.assertTrue(done, err)
            self.assertEqual(int(done[1]) + int(done[2]), 400)
            self.assertGreater(int(done[2]), 0)
            self.assertIn('contact "contactId", sequence "sequenceId"', err)
            for text in (env["SKIPCALL_BASE_URL"], "test key", journal, "--yes"):
                self.assertIn(text, err)
            terminal = Terminal(self.folder, *arguments, env=env)
            terminal.read_until("Continue? [y/N] ")
            terminal.type("n\n")
            self.assertEqual(terminal.end(), 2)
            self.assertIn("Nothing more was sent.", terminal.seen)
            _, err = self.run_ok(*arguments, "--yes", "--max", "399", env=env, code=2)
            self.assertIn("400 contacts, more than --max 399", err)
            _, err = self.run_ok(*arguments, "--yes", "--concurrency", "1", env=env, code=2)
            self.assertIn("--concurrency", err)
            self.assertLessEqual(self.folder.requests_served(), served + 6)  # those that were open
            terminal = Terminal(self.folder, *arguments, "--max", "400", env=env)
            terminal.read_until("Continue? [y/N] ")
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
                self.assertNotIn("Continue removing", err)
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
        self.assertFalse((self.folder.path / "home").exists())  # compiled again
        code, out, err = self.limited(2048, "remove-contacts", EXAMPLE, "--sandbox", "--yes")
        self.assertEqual(code, 0, err)
        self.assertIn("2,820 removed now", out)

    def test_code_compiled_without_a_limit_is_compiled_again_under_one(self):
        arguments = ("remove-contacts", EXAMPLE, "--sandbox", "--yes")
        self.run_ok(*arguments)
        for _ in range(2):
            code, _, err = self.limited(2048, *arguments)
            self.assertEqual(code, 0, err)
        kept = list((self.folder.path / "home").rglob("*.cwasm"))
        self.assertEqual(len(kept), 2, kept)

    def test_less_is_refused_with_a_reason(self):
        for mebibytes in (2047, 1024, 256, 64):
            for arguments in ([EXAMPLE, "--sandbox", "--yes"], [EXAMPLE, "--dry-run"]):
                with self.subTest(mebibytes=mebibytes, arguments=arguments):
                    code, out, err = self.limited(mebibytes, "remove-contacts", *arguments)
                    self.assertEqual((code, out), (5, ""), err)
                    self.assertIn(f"limited to {mebibytes} MiB; raise the limit: ulimit -v 2097152", err)
        code, out, err = self.limited(256, "remove-contacts", "/dev/zero", "--sequence", "A", "--dry-run")
        self.assertEqual((code, out), (5, ""), err)
        self.assertIn("not enough memory for this input", err)
        code, _, err = self.limited(256, "sandbox")
        self.assertEqual(code, 5, err)
        self.assertIn("no threads can be started", err)


class OpenFiles(Case):
    """What `ulimit -n` leaves."""

    def limited(self, files, *arguments):
        def limit():
            resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))

        return self.folder.run("remove-contacts", EXAMPLE, *arguments, preexec_fn=limit)

    def test_64_are_enough(self):
        code, out, err = self.limited(64, "--sandbox", "--yes")
        self.assertEqual(code, 0, err)
        self.assertIn("2,820 removed now", out)

    def test_less_is_refused_with_a_reason(self):
        for files in (63, 32):
            for arguments in (["--sandbox", "--yes"], ["--dry-run"]):
                with self.subTest(files=files, arguments=arguments):
                    code, out, err = self.limited(files, *arguments)
                    self.assertEqual((code, out), (5, ""), err)
                    self.assertIn(f"limited to {files}; raise the limit: ulimit -n 64", err)


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


if __name__ == "__main__":
    unittest.main()
