"""What the end-to-end tests of the program have in common. SKIPCALL_RECORD=1 rewrites the golden files."""

import json
import os
import pathlib
import unittest

from program import Folder

GOLDEN = pathlib.Path(__file__).parent / "golden"


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = Folder()
        self.addCleanup(self.folder.close)

    def run_ok(self, *arguments, code=0, **options):
        got, out, err = self.folder.run(*arguments, **options)
        self.assertEqual(got, code, f"{arguments}\n{out}\n{err}")
        return out, err

    def golden(self, name, text):
        path = GOLDEN / name
        if os.environ.get("SKIPCALL_RECORD"):
            path.write_text(text)
        self.assertEqual(text, path.read_text())

    def check_account(self, env, rows):
        """That no contact is still in its sequence: removing them again removes nothing."""
        out, _ = self.run_ok("remove-contacts", self.folder.csv(rows, "check.csv"), "--yes", "--json", env=env)
        self.assertEqual(json.loads(out)["removed"], 0)
