"""The skipcall program on a terminal."""

import unittest

from case import Case
from program import Terminal, contacts, sandbox

IDS = contacts(400)
ROWS = [("A", c) for c in IDS]


class OnATerminal(Case):
    def test_it_asks(self):
        with sandbox(self.folder, {"A": IDS}) as env:
            for answer, code, shown in (("n", 2, "Nothing was sent"), ("", 2, "Nothing was sent"), ("y", 0, "Done: ")):
                with self.subTest(answer):
                    terminal = Terminal(self.folder, "remove-contacts", self.folder.csv(ROWS), env=env)
                    terminal.read_until("Continue? [y/N] ")
                    self.assertIn("400 contacts", terminal.seen)
                    terminal.type(answer + "\n")
                    self.assertEqual(terminal.end(), code)
                    self.assertIn(shown, terminal.seen)

    def test_it_asks_though_standard_input_is_the_input(self):
        path = self.folder.file("ids.txt", "\n".join(IDS))
        with sandbox(self.folder, {"A": IDS}) as env, open(path) as ids:
            terminal = Terminal(self.folder, "remove-contacts", "-", "--sequence", "A", env=env, stdin=ids)
            terminal.read_until("Continue? [y/N] ")
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
