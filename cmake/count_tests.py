#!/usr/bin/env python3
"""Adds up ctest's JUnit files and closes with one line: N passed, N failed, N skipped."""
import sys
import xml.etree.ElementTree as ElementTree

totals = {"passed": 0, "failed": 0, "skipped": 0}
for name in sys.argv[1:]:
    for case in ElementTree.parse(name).getroot().iter("testcase"):
        if case.find("skipped") is not None:
            outcome = "skipped"
        elif case.get("status") == "run":
            outcome = "passed"
        else:
            outcome = "failed"
        totals[outcome] += 1
        if outcome != "passed":
            print(f"{outcome}: {case.get('name')} ({name})")
print(", ".join(f"{count} {outcome}" for outcome, count in totals.items()))
