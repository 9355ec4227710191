#!/usr/bin/env python3
"""Completions and the manual page, generated from the program's own options, in the shells that read them."""

import re
import shutil
import subprocess
import unittest

from program import PROGRAM

Case = unittest.TestCase


def output(*words, text=None):
    return subprocess.run(words, input=text, capture_output=True, text=True, check=True).stdout


def options(command):
    """The long options that --help names."""
    return set(re.findall(r"^\s+(?:-\w,)?(--[a-z-]+)", output(PROGRAM, command, "--help"), re.M))


COMMANDS = re.findall(r"^  ([a-z-]+)  ", output(PROGRAM, "--help").split("Subcommands:")[1], re.M)


class Completion(Case):
    def complete_in_bash(self, *words):
        script = (
            'eval "$1"; shift; COMP_WORDS=(skipcall "$@"); COMP_CWORD=$#; _skipcall; printf "%s\\n" "${COMPREPLY[@]}"'
        )
        return output("bash", "-c", script, "-", output(PROGRAM, "completion", "bash"), *words).split()

    def test_bash(self):
        self.assertIn("remove-contacts", COMMANDS)
        self.assertEqual(self.complete_in_bash("rem"), ["remove-contacts"])
        self.assertEqual(set(self.complete_in_bash("")), {*COMMANDS, "--help", "--version"})
        for command in COMMANDS:
            with self.subTest(command):
                self.assertEqual(set(self.complete_in_bash(command, "--")), options(command))
        self.assertEqual(self.complete_in_bash("remove-contacts", "--format", "cs"), ["csv"])
        self.assertEqual(self.complete_in_bash("remove-contacts", "--sequence", "a"), [])
        self.assertEqual(self.complete_in_bash("remove-contacts", "--report", "/etc/hostna"), ["/etc/hostname"])

    @unittest.skipUnless(shutil.which("fish"), "there is no fish")
    def test_fish(self):
        script = output(PROGRAM, "completion", "fish")
        for command in COMMANDS:
            ask = f'{script}\ncomplete -C "skipcall {command} --"'
            found = {line.split("\t")[0] for line in output("fish", "--no-config", "-c", ask).splitlines()}
            with self.subTest(command):
                self.assertEqual(found - {"--help"}, options(command) - {"--help"})

    @unittest.skipUnless(shutil.which("zsh"), "there is no zsh")
    def test_zsh(self):
        script = output(PROGRAM, "completion", "zsh")
        self.assertEqual(output("zsh", "-n", text=script), "")
        for command in COMMANDS:
            [case] = re.findall(rf"^    {command}\) (.*?) ;;$", script, re.M | re.S)
            with self.subTest(command):
                self.assertEqual(set(re.findall(r"'(--[a-z-]+)\[", case)), options(command))

    def test_another_shell_is_refused(self):
        done = subprocess.run([PROGRAM, "completion", "csh"], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("fish", done.stderr)


class Manual(Case):
    def test_it_names_every_option(self):
        page = output(PROGRAM, "manual").replace("\\-", "-")
        for command in COMMANDS:
            [section] = re.findall(rf"^\.SS \\fBskipcall {command}\\fR(.*?)(?=^\.S|\Z)", page, re.M | re.S)
            with self.subTest(command):
                self.assertEqual(set(re.findall(r"\\fB(--[a-z-]+)\\fR", section)), options(command))

    @unittest.skipUnless(shutil.which("mandoc"), "there is no mandoc")
    def test_it_is_a_page(self):
        checked = subprocess.run(
            ["mandoc", "-T", "lint", "-W", "warning"],
            input=output(PROGRAM, "manual"),
            capture_output=True,
            text=True,
            check=False,
        )
        found = [line for line in checked.stdout.splitlines() if "missing date" not in line]
        self.assertEqual(found, [])


if __name__ == "__main__":
    unittest.main()
