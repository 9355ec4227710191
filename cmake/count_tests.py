#!/usr/bin/env python3
"""Adds up the JUnit files of ctest and of node's test runner, and ends with one line: N passed, N failed, N skipped."""
import os
import re
import sys
import xml.etree.ElementTree as ElementTree

totals = {"passed": 0, "failed": 0, "skipped": 0}
for name in sys.argv[1:]:
    if not os.path.exists(name):  # it ended before any test
        totals["failed"] += 1
        print(f"failed: no results ({name})")
        continue
    with open(name, encoding="utf-8", errors="replace") as file:
        text = re.sub(r"[^\t\n\r -\ud7ff\ue000-\U0010ffff]", "", file.read())  # a failure's colours are not valid XML
    for case in ElementTree.fromstring(text).iter("testcase"):
        if case.find("skipped") is not None:
            outcome = "skipped"
        elif case.find("failure") is None and case.find("error") is None and case.get("status", "run") == "run":
            outcome = "passed"
        else:
            outcome = "failed"
        totals[outcome] += 1
        if outcome != "passed":
            print(f"{outcome}: {case.get('name')} ({name})")
print(", ".join(f"{count} {outcome}" for outcome, count in totals.items()))
