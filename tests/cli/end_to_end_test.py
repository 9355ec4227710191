"""The skipcall program from the outside: options, safety, exit codes, output."""

import json
import os
import pathlib
import re
import resource
import shutil
import stat
import unittest

from case import Case
from program import EXAMPLE, MODULE, PROGRAM, ROOT, contacts, sandbox

IDS = contacts(250)


class Help(Case):
    def test_help_texts(self):
        for command in ("", "remove-contacts", "manifest", "inspect", "run", "doctor", "replay", "redact", "sandbox"):
            with self.subTest(command):
                out, err = self.run_ok(*filter(None, [command]), "--help")
                self.golden(f"help/{command or 'skipcall'}.txt", out)
                self.assertEqual(err, "")
                self.assertEqual(self.run_ok("help", *filter(None, [command])), (out, ""))
        for words in ("version", "-V", "--version"):
            out, _ = self.run_ok(words)
            self.assertRegex(out, r"^\d+\.\d+\.\d+\n$")

    def test_errors_begin_alike_and_propose(self):
        for words, text in (
            (["remove-contacts", "--timout", "3"], "there is no option --timout; did you mean --timeout?"),
            (["remove-contact", "x.csv"], 'there is no command "remove-contact"; did you mean remove-contacts?'),
            (["remove-contacts", "--max", "many", "x"], '--max: "many" is not a whole number'),
            (["remove-contacts", "x", "--timeout"], "--timeout needs a value"),
            (["remove-contacts", "x", "--sequence", "a", "--sequence", "b"], "--sequence was given more than once"),
            (["remove-contacts", "x", "--yes=maybe"], "--yes takes no value"),
            (["remove-contacts", "--key=sk_live_do_not_show"], "SKIPCALL_API_KEY"),
            (["remove-contacts", "--sk_live_do_not_show"], "there is no option --sk_live_…"),
            (["run", MODULE], "--input is required"),
            (["doctor", "x"], '"x" is one argument too many'),
            ([], "no command was given"),
            (["remove-contacts", "\x1b]0;x\x07"], "?]0;x?"),
            (["remove-contacts", "--\x1b]0;x\x07"], "?]0;x?"),
        ):
            with self.subTest(words):
                out, err = self.run_ok(*words, code=2)
                self.assertEqual(out, "")
                self.assertTrue(err.startswith("skipcall: "), err)
                self.assertIn(text, err)
                self.assertNotIn("do_not_show", err)
                self.assertLess(len(err), 400)
        one = ["remove-contacts", "--sequence", "A", "--id", IDS[0], "--sandbox", "--yes"]
        for words, text in (
            (["--max=-1"], "--max must be 0 or more"),
            (["--timeout", "3h"], "--timeout must be from 1s to 10m"),
            (["--max-stall", "25h"], "--max-stall must be from 0s to 24h"),
            (["--concurrency", "0"], "--concurrency must be from 1 to 32"),
            (["--remaining", "missing/x.json"], "there is no folder missing"),
            (["--report", "missing/x.csv"], "there is no folder missing"),
        ):
            with self.subTest(words):
                _, err = self.run_ok(*one, *words, code=2)
                self.assertIn(text, err)
                self.assertLess(len(err), 200)

    def test_bad_usage(self):
        for arguments in (
            [],
            ["remove"],
            ["remove-contacts", "--nonsense", "x"],
            ["run", "x.wasm"],
            ["remove-contacts", "--max", "many"],
        ):
            with self.subTest(arguments):
                out, err = self.run_ok(*arguments, code=2)
                self.assertEqual(out, "")
                self.assertIn("--help", err)
        _, err = self.run_ok("remove-contact", "x.csv", code=2)
        self.assertIn('"remove-contact"', err)


class Safety(Case):
    def test_no_question_without_terminal(self):
        out, err = self.run_ok("remove-contacts", EXAMPLE, "--sandbox", code=2)
        self.assertIn("--yes", err)
        self.assertEqual(out, "")

    def test_max(self):
        self.run_ok("remove-contacts", EXAMPLE, "--sandbox", "--yes", "--max", "2880")
        _, err = self.run_ok("remove-contacts", EXAMPLE, "--sandbox", "--yes", "--max", "2879", code=2)
        self.assertIn("2880 contacts, more than --max 2879", err)
        self.run_ok("remove-contacts", EXAMPLE, "--dry-run", "--max", "2880")
        _, err = self.run_ok("remove-contacts", EXAMPLE, "--dry-run", "--max", "2879", code=2)
        self.assertIn("2880 contacts, more than --max 2879", err)

    def test_key(self):
        arguments = ["remove-contacts", "--sequence", "A", "--id", IDS[0], "--yes"]
        _, err = self.run_ok(*arguments, code=2)
        self.assertIn("SKIPCALL_API_KEY", err)
        key_file = self.folder.file("key", "sk_test_end_to_end\n")
        with sandbox(self.folder, {"A": IDS}) as env:
            env = {"SKIPCALL_BASE_URL": env["SKIPCALL_BASE_URL"], "SKIPCALL_API_KEY_FILE": key_file}
            out, _ = self.run_ok(*arguments, "--json", env=env)
            self.assertEqual(json.loads(out)["removed"], 1)
            os.chmod(key_file, 0o644)
            _, err = self.run_ok(*arguments, env=env, code=2)
            self.assertIn("other users can read it", err)

    def test_sandbox_refuses_a_live_key(self):
        _, err = self.run_ok(
            "remove-contacts", EXAMPLE, "--sandbox", "--yes", code=2, env={"SKIPCALL_API_KEY": "sk_live_do_not_show"}
        )
        self.assertIn("refuses a live key", err)
        self.assertNotIn("do_not_show", err)

    def test_sandbox_names_a_key_that_is_not_its_own(self):
        arguments = ["remove-contacts", EXAMPLE, "--sandbox", "--yes"]
        _, err = self.run_ok(*arguments, code=2, env={"SKIPCALL_API_KEY": "sk_test_do_not_show"})
        self.assertIn("the sandbox has no such key; unset SKIPCALL_API_KEY", err)
        self.assertNotIn("do_not_show", err)
        self.run_ok(*arguments, "--dry-run", env={"SKIPCALL_API_KEY": "sk_test_do_not_show"})
        self.run_ok(*arguments, env={"SKIPCALL_API_KEY": "sk_test_intermediaire"})

    def test_server_must_be_safe(self):
        for url in ("http://api.example.com", "ftp://127.0.0.1", "nonsense", "https://user:pass@api.example.com"):
            with self.subTest(url):
                _, err = self.run_ok(
                    "remove-contacts",
                    "--sequence",
                    "A",
                    "--id",
                    IDS[0],
                    "--yes",
                    code=2,
                    env={"SKIPCALL_BASE_URL": url, "SKIPCALL_API_KEY": "sk_test_x"},
                )
                self.assertNotIn("pass@", err)

    def test_a_module_does_not_say_where_the_key_goes(self):
        other = self.folder.path / "other.wasm"
        named = pathlib.Path(MODULE).read_bytes()
        self.assertIn(b"https://api-public.skipcall.app", named)
        other.write_bytes(named.replace(b"https://api-public.skipcall.app", b"https://api-public.skipcall.xyz"))
        _, err = self.run_ok(
            "remove-contacts",
            "--sequence",
            "A",
            "--id",
            IDS[0],
            "--module",
            str(other),
            code=2,
            env={"SKIPCALL_API_KEY": "sk_live_xxxxxxxx", "HTTPS_PROXY": "http://127.0.0.1:1"},
        )
        self.assertIn("https://api-public.skipcall.app\n", err)

    def test_default_server_is_the_manifests(self):
        _, err = self.run_ok(
            "remove-contacts",
            "--sequence",
            "A",
            "--id",
            IDS[0],
            code=2,
            env={
                "SKIPCALL_API_KEY": "sk_live_xxxxxxxx",
                # If it ever fails to ask, nothing gets past a proxy that does not exist.
                "HTTPS_PROXY": "http://127.0.0.1:1",
            },
        )
        self.assertIn("https://api-public.skipcall.app\n", err)
        self.assertIn("live key", err)


class Journals(Case):
    def test_a_home_that_cannot_be_written(self):
        with sandbox(self.folder, {"A": IDS}) as env:
            for home in ("/proc/nobody", self.folder.file("home-file", ""), "relative", ""):
                with self.subTest(home):
                    words = ["remove-contacts", "--sequence", "A", "--id", IDS[0], "--yes"]
                    _, err = self.run_ok(*words, env={**env, "HOME": home})
                    for text in ("journal   none: ", "--journal", "XDG_STATE_HOME"):
                        self.assertIn(text, err)
                    self.assertFalse((self.folder.path / "relative").exists())
            _, err = self.run_ok(*words, "--journal", "/proc/nobody/x", env={**env, "HOME": "/proc/nobody"}, code=5)
            self.assertIn("/proc/nobody/x", err)

    def test_a_relative_state_folder_is_not_used(self):
        with sandbox(self.folder, {"A": IDS}) as env:
            _, err = self.run_ok(
                "remove-contacts", "--sequence", "A", "--id", IDS[0], env={**env, "XDG_STATE_HOME": "state"}, code=2
            )
            self.assertIn(f"journal   {self.folder.path}/home/.local/state/skipcall/", err)
            self.assertFalse((self.folder.path / "state").exists())

    def test_a_file_that_may_not_grow_is_an_error(self):
        with sandbox(self.folder, {"A": IDS}) as env:
            self.run_ok("inspect")
            process = self.folder.start(
                "remove-contacts",
                self.folder.csv([("A", c) for c in contacts(80000)]),
                "--yes",
                env=env,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2000000, 2000000)),
            )
            _, err = process.communicate()
            self.assertEqual(process.returncode, 5, err)
            self.assertIn(b"journal", err)
            self.assertIn(b"--journal", err)
            self.assertEqual(self.folder.requests_served(), 0)


class Ends(Case):
    rows = [("A", c) for c in IDS[:150]] + [("B", c) for c in IDS[150:]]
    everything = {"A": IDS[:150], "B": IDS[150:]}

    def end(self, code, *arguments, env=None, rows=None):
        out, err = self.run_ok(
            "remove-contacts", self.folder.csv(rows or self.rows), "--yes", "--json", *arguments, code=code, env=env
        )
        return json.loads(out), err

    def test_completed(self):
        with sandbox(self.folder, self.everything) as env:
            result, _ = self.end(0, env=env)
            self.assertEqual((result["status"], result["removed"], result["requests"]), ("completed", 250, 3))
            self.assertEqual(self.folder.remaining_files(), [])
            self.assertEqual(self.folder.journals(), [])
            self.check_account(env, self.rows)

    def test_partial_writes_the_remaining_file(self):
        with sandbox(self.folder, {"A": IDS[:150]}) as env:
            result, err = self.end(3, env=env)
            self.assertEqual((result["status"], result["confirmed"], result["refused"]), ("partial", 150, 100))
        with sandbox(self.folder, self.everything, limit=1, windowMs=3600000) as env:
            result, err = self.end(3, "--leave-remaining", "0", "--max-stall", "0", env=env)
            self.assertEqual(result["confirmed"] + result["unsent"], 250)
            self.assertEqual(self.folder.journals(), [])
            path = self.folder.remaining_files()[-1]
            self.assertIn(path.name, err)
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
            kept = json.loads(path.read_text())
        with sandbox(self.folder, self.everything) as env:
            out, _ = self.run_ok("remove-contacts", str(path), "--yes", "--json", env=env)
            self.assertEqual(json.loads(out)["confirmed"], sum(len(r["contactIds"]) for r in kept["removals"]))

    def test_what_cannot_be_kept_stays_in_the_journal(self):
        with sandbox(self.folder, {"A": IDS[:150]}, failEvery=1) as env:
            too_long = "x" * 300
            _, err = self.end(1, "--max-attempts", "1", "--remaining", too_long, env=env)
            self.assertIn("could not be kept", err)
            journal = str(self.folder.journals()[0])
            command = f"remove-contacts --resume {journal} --yes"
            self.assertIn(f"  skipcall {command}\n", err)
            out, _ = self.run_ok(*command.split(), "--remaining", "kept.json", "--json", env=env, code=1)
            self.assertEqual(json.loads(out)["unknown"] + json.loads(out)["unsent"], 250)
            self.assertEqual(self.folder.journals(), [])
            self.assertTrue((self.folder.path / "kept.json").exists())

    def test_an_existing_file_is_not_replaced_by_the_remaining_file(self):
        path = self.folder.csv(self.rows)
        _, err = self.run_ok("remove-contacts", path, "--sandbox", "--yes", "--remaining", path, code=2)
        self.assertIn("already exists", err)

    def test_a_result_that_cannot_be_written_is_not_a_success(self):
        with sandbox(self.folder, self.everything) as env, open("/dev/full", "w") as full:
            process = self.folder.start(
                "remove-contacts", self.folder.csv(self.rows), "--yes", "--json", env=env, stdout=full
            )
            _, err = process.communicate()
            self.assertEqual(process.returncode, 5, err)
            self.assertIn(b"could not be written", err)
            journal = str(self.folder.journals()[0])
            out, _ = self.run_ok("remove-contacts", "--resume", journal, "--yes", "--json", env=env)
            self.assertEqual(json.loads(out)["confirmed"], 250)

    def test_help_that_cannot_be_written_is_not_a_success(self):
        for words in (["--help"], ["--version"], ["remove-contacts", "--help"], ["manifest"]):
            with self.subTest(words), open("/dev/full", "w") as full:
                process = self.folder.start(*words, stdout=full)
                _, err = process.communicate()
                self.assertEqual((process.returncode, err), (5, b"skipcall: the output could not be written\n"))

    def test_without_standard_output_there_is_no_success(self):
        with sandbox(self.folder, self.everything) as env:
            words = [PROGRAM, "remove-contacts", self.folder.csv(self.rows), "--yes"]
            for turn, closed in enumerate(([1], [0, 1], [0, 1, 2])):
                with self.subTest(closed):
                    process = self.folder.start(
                        *words[1:],
                        env=env,
                        stdin=None,
                        preexec_fn=lambda: [os.close(descriptor) for descriptor in closed],
                    )
                    process.communicate()
                    self.assertEqual(process.returncode, 5)
                    (journal,) = self.folder.journals()
                    out, _ = self.run_ok("remove-contacts", "--resume", str(journal), "--yes", "--json", env=env)
                    self.assertEqual(json.loads(out)["confirmed"], 250)
                    self.assertEqual(json.loads(out)["removed"], 0 if turn else 250)
            self.assertEqual(self.folder.requests_served(), 9)

    def test_a_closed_standard_input_is_not_an_empty_one(self):
        process = self.folder.start(
            "remove-contacts", "-", "--sequence", "A", "--sandbox", "--yes", stdin=None, preexec_fn=lambda: os.close(0)
        )
        _, err = process.communicate()
        self.assertEqual(process.returncode, 2, err)
        self.assertIn(b"standard input: cannot be read", err)

    def test_nothing_removed_is_said_first(self):
        with sandbox(self.folder, {"A": [], "B": []}) as env:
            out, _ = self.run_ok("remove-contacts", self.folder.csv(self.rows), "--yes", env=env)
            first, second = out.splitlines()[:2]
            self.assertEqual(first, "Nothing was removed: none of the 250 contacts was in its sequence.")
            for text in ("column", "sequence", "key"):
                self.assertIn(text, second)
            self.assertNotIn("Done", out)

    def test_nothing_confirmed(self):
        with sandbox(self.folder, self.everything, failEvery=1) as env:
            result, err = self.end(1, "--max-attempts", "1", env=env)
            self.assertEqual(result["status"], "failed")
            self.assertIn("skipcall remove-contacts skipcall-remaining-", err)
        result, err = self.end(
            1, "--max-attempts", "1", env={"SKIPCALL_BASE_URL": "http://127.0.0.1:1", "SKIPCALL_API_KEY": "sk_test_x"}
        )
        self.assertEqual(result["errors"][0]["cause"], "network")
        self.assertRegex(err, r"127\.0\.0\.1:1: .*connect")

    def test_bad_input(self):
        result, err = self.end(2, "--sandbox", rows=[("A", IDS[0]), ("A", "x")])
        self.assertEqual((result["status"], result["dryRun"], result["requests"]), ("failed", False, 0))
        self.end(2, "--sandbox", "--concurrency", "0")
        self.end(2, "--sandbox", "--concurrency", "33")
        self.assertEqual(self.folder.remaining_files(), [])

    def test_key_not_accepted(self):
        for key, code in (
            ("sk_test_revoked", "UNAUTHORIZED"),
            ("sk_test_free", "PLAN_NOT_ELIGIBLE"),
            ("sk_test_unsubscribed", "SUBSCRIPTION_REQUIRED"),
        ):
            with self.subTest(key):
                result, _ = self.end(4, "--sandbox", env={"SKIPCALL_API_KEY": key})
                self.assertEqual(result["errors"][0]["code"], code)


class Audit(Case):
    def test_report_has_the_outcome_of_each_row(self):
        text = f"sequenceId,contactId\nA,{IDS[0]}\nA,{IDS[0].upper()}\nA,x\nB,{IDS[1]}\n"
        path = self.folder.file("x.csv", text)
        report = self.folder.path / "report.csv"
        with sandbox(self.folder, {"A": IDS}) as env:
            words = ["remove-contacts", path, "--skip-invalid", "--yes", "--report", str(report)]
            out, _ = self.run_ok(*words, env=env, code=3)
            self.assertIn(f"The outcome of each row is in {report}", out)
            self.assertEqual(stat.S_IMODE(report.stat().st_mode), 0o600)
            self.assertEqual(
                report.read_text().splitlines(),
                [
                    "file,line,sequence,id,outcome,cause",
                    f"{path},2,A,{IDS[0]},confirmed,",
                    f"{path},3,A,{IDS[0].upper()},duplicate,of {path}:2",
                    f"{path},4,A,x,invalid,not-a-uuid",
                    f"{path},5,B,{IDS[1]},refused,NOT_FOUND",
                ],
            )
            _, err = self.run_ok(*words, env=env, code=2)
            self.assertIn("already exists", err)
            report.unlink()
            self.run_ok("remove-contacts", path, "--skip-invalid", "--dry-run", "--report", str(report))
            self.assertIn(f"{path},5,B,{IDS[1]},would-be-removed,\n", report.read_text())

    def test_resume_without_a_name_lists_journals(self):
        out, _ = self.run_ok("remove-contacts", "--resume")
        self.assertIn("There are no journals", out)
        folder = self.folder.path / "home/.local/state/skipcall"
        folder.mkdir(parents=True)
        for age, name in ((100, "old run.journal"), (10, "new.journal")):
            (folder / name).write_bytes(b"x" * 1234)
            os.utime(folder / name, (1767276200 - age, 1767276200 - age))
        (folder / "other.txt").write_text("")
        out, _ = self.run_ok("remove-contacts", "--resume")
        self.assertIn("last written 2026-01-01 14:03:10, 1,234 bytes\n", out)
        self.assertIn(f"skipcall remove-contacts --resume '{folder}/old run.journal'\n", out)
        self.assertLess(out.index("new.journal"), out.index("old run.journal"))
        self.assertNotIn("other", out)

    def test_doctor(self):
        out, _ = self.run_ok("doctor", code=1)
        self.assertRegex(out, r"WRONG key +there is none\n.*SKIPCALL_API_KEY")
        with sandbox(self.folder, {"A": IDS}) as env:
            out, _ = self.run_ok("doctor", env=env)
            for name in ("module", "key", "certificates", "proxy", "clock", "journals", "server"):
                self.assertRegex(out, rf"  ok    {name} ")
            self.assertEqual(self.folder.requests_served(), 0)
            out, _ = self.run_ok("doctor", "--request", env=env)
            self.assertRegex(out, "ok    request +the key is accepted")
            self.assertEqual(self.folder.requests_served(), 1)
            out, _ = self.run_ok("doctor", "--request", env={**env, "SKIPCALL_API_KEY": "sk_test_unknown"}, code=1)
            self.assertRegex(out, "WRONG request +HTTP 401")
            self.assertNotIn("sk_test_unknown", out)
        for extra, text in (
            ({"SKIPCALL_API_KEY": "short"}, "WRONG key"),
            ({"SKIPCALL_API_KEY": "sk_test with_space"}, "WRONG key"),
            ({"https_proxy": "foo://u:secret@p:1"}, "WRONG proxy        foo://p:1 (https_proxy)"),
            ({"SKIPCALL_API_KEY_FILE": "/missing", "SKIPCALL_API_KEY": ""}, "WRONG key"),
            ({"SKIPCALL_BASE_URL": "http://example.com"}, "WRONG server"),
            ({"SSL_CERT_FILE": "/missing"}, "WRONG certificates"),
            ({"HOME": "/proc/nobody"}, "WRONG journals"),
            ({"SKIPCALL_MODULE": "missing.wasm"}, "WRONG module"),
        ):
            with self.subTest(extra):
                out, _ = self.run_ok("doctor", env={**env, **extra}, code=1)
                self.assertIn(text, out)
                self.assertEqual(out.count("WRONG"), 1)
                self.assertNotIn("secret", out)
        out, _ = self.run_ok(
            "doctor",
            "--request",
            env={**env, "SKIPCALL_BASE_URL": "http://127.0.0.1:1", "https_proxy": "http://u:secret@p:1"},
            code=1,
        )
        self.assertRegex(out, "WRONG request +no connection")
        self.assertIn("http://p:1", out)
        self.assertNotIn("secret", out)


class Installed(Case):
    """The program where it is installed, with no module named: it looks for one relative to itself."""

    def setUp(self):
        super().setUp()
        self.bin = self.folder.path / "bin"
        self.bin.mkdir()
        self.program = shutil.copy(PROGRAM, self.bin)

    def run_installed(self, *arguments, program=None, **options):
        return self.run_ok(*arguments, program=program or self.program, env={"SKIPCALL_MODULE": ""}, **options)

    def test_module_is_found_relative_to_the_program(self):
        link = self.folder.path / "skipcall-elsewhere"
        link.symlink_to(self.program)
        for place in ("share/skipcall", "wasm", "bin"):  # each takes precedence over those already there
            with self.subTest(place):
                module = self.folder.path / place / "remove_contacts.wasm"
                module.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(MODULE, module)
                for program in (self.program, link):
                    out, _ = self.run_installed("inspect", program=program)
                    self.assertIn(f"file         {module}\n", out)
        out, _ = self.run_installed("remove-contacts", EXAMPLE, "--sandbox", "--yes", "--json")
        self.assertEqual(json.loads(out)["status"], "completed")

    def test_without_a_module_it_says_where_it_looked(self):
        _, err = self.run_installed("inspect", code=5)
        for place in ("bin", "wasm", "share/skipcall"):
            self.assertIn(f"\n  {self.folder.path / place / 'remove_contacts.wasm'}\n", err)


class Output(Case):
    def test_piped_output_is_plain(self):
        out, err = self.run_ok("remove-contacts", EXAMPLE, "--sandbox", "--yes")
        port = re.compile(r"127\.0\.0\.1:\d+")
        out = port.sub("127.0.0.1:PORT", out)
        self.golden("example.out.txt", out)
        # What the README shows is this run.
        readme = port.sub("127.0.0.1:PORT", (ROOT / "README.md").read_text())
        self.assertIn("".join(f"    {line}\n" for line in out.splitlines()), readme)
        self.golden("example.err.txt", port.sub("127.0.0.1:PORT", err))

    def test_json_is_alone_on_standard_output(self):
        out, err = self.run_ok("remove-contacts", EXAMPLE, "--sandbox", "--yes", "--json")
        self.assertEqual(json.loads(out)["status"], "completed")
        self.assertEqual(out.count("\n"), 1)
        self.assertIn("Done: ", err)

    def test_ids_are_logged_only_when_verbose(self):
        arguments = ["remove-contacts", "--sandbox", "--sequence", "vip", "--id", IDS[0], "--yes"]
        out, err = self.run_ok(*arguments)
        self.assertNotIn(IDS[0], out + err)
        out, err = self.run_ok(*arguments, "--verbose")
        self.assertIn(f'#1 DELETE /v1/sequences/vip/contacts {{"contactIds":["{IDS[0]}"]}}\n#1 200', err)

    def test_manifest_and_inspect(self):
        out, _ = self.run_ok("manifest")
        self.assertIn(out.strip().encode(), pathlib.Path(MODULE).read_bytes())
        self.assertEqual(json.loads(out)["id"], "skipcall.remove_contacts")
        out, _ = self.run_ok("inspect", MODULE)
        self.assertIn("import       action_host_v1.http_send (i32,i32,i32)->()", out)
        self.assertIn("connection   skipcall https://api-public.skipcall.app", out)

    def test_run_of_any_module(self):
        path = self.folder.file("in.json", json.dumps({"sequenceId": "A", "contactIds": IDS}))
        with sandbox(self.folder, {"A": IDS}) as env:
            out, err = self.run_ok("run", MODULE, "--action", "remove_contacts", "--input", path, "--yes", env=env)
            self.assertEqual(json.loads(out)["removed"], 250)
            self.assertIn(env["SKIPCALL_BASE_URL"], err)
            _, err = self.run_ok("run", MODULE, "--input", path, env=env, code=2)
            self.assertIn("--yes", err)
            self.run_ok("run", MODULE, "--action", "other", "--input", path, "--yes", env=env, code=2)


if __name__ == "__main__":
    unittest.main()
