#!/usr/bin/env python3
"""readme.py FILE FOLDER: makes links in FILE, the README of FOLDER, absolute, as other sites show it."""
import json
import pathlib
import posixpath
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINK = re.compile(r"(!?\[[^\]]*\]\()([^)\s]+)(\))")


def absolute(text, folder):
    """Relative links of Markdown, as links to the repository: pictures to the file itself, others to its page."""
    url = json.loads((ROOT / "hosts/js/package.json").read_text())["repository"]["url"]
    repository = re.sub(r"^git\+|\.git$", "", url)

    def replaced(link):
        begin, target, end = link.groups()
        if re.match(r"[a-z]+:|#", target):
            return link[0]
        kind = "raw" if begin.startswith("!") else "blob"
        return f"{begin}{repository}/{kind}/main/{posixpath.normpath(posixpath.join(folder, target))}{end}"

    return LINK.sub(replaced, text)


if __name__ == "__main__":
    file = pathlib.Path(sys.argv[1])
    file.write_text(absolute(file.read_text(), sys.argv[2]))
