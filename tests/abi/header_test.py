#!/usr/bin/env python3
"""The gate: abi/action.h and abi/ABI.md say what abi/golden.json says, and every header compiles alone.

Environment: WASM_CC, a compiler for wasm32; NATIVE_CC and NATIVE_CXX, this machine's; COMPILE_COMMANDS, the build's
compile_commands.json.
"""
import concurrent.futures
import itertools
import json
import os
import pathlib
import re
import shlex
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = json.loads((ROOT / "abi/golden.json").read_text())
HEADER = (ROOT / "abi/action.h").read_text()
ACTION_HEADER = (ROOT / "src/remove_contacts.h").read_text()
DOCUMENT = (ROOT / "abi/ABI.md").read_text()
C_TYPES = {"u32": "uint32_t", "i32": "int32_t", "u64": "uint64_t", "pointer": "const uint8_t *"}
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]


def compile_text(text, command, suffix):
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "text" + suffix)
        source.write_text(text)
        done = subprocess.run(
            [*command, "-fsyntax-only", "-I", ROOT / "abi", source], capture_output=True, text=True, check=False
        )
        return done.stderr if done.returncode else ""


def without_comments(text):
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)


class Header(unittest.TestCase):
    def test_it_compiles_alone(self):
        """As the first and only line, in both languages, natively and for wasm32, without a warning."""
        for name, command, suffix in [
            ("C11", [os.environ["NATIVE_CC"], "-std=c11"], ".c"),
            ("C++20", [os.environ["NATIVE_CXX"], "-std=c++20"], ".cpp"),
            ("C11 for wasm32", [os.environ["WASM_CC"], "--target=wasm32", "-ffreestanding", "-std=c11"], ".c"),
            ("C++20 for wasm32", [os.environ["WASM_CC"], "--target=wasm32", "-ffreestanding", "-std=c++20"], ".cpp"),
        ]:
            with self.subTest(name):
                text = '#include "action.h"\n#include "action.h"\nint main(void) { return ACTION_DONE; }\n'
                self.assertEqual(compile_text(text, [*command, *STRICT], suffix), "")
                own = f'#include "{ROOT}/src/remove_contacts.h"\n' * 2
                self.assertEqual(compile_text(own, [*command, *STRICT], suffix), "")

    def test_numbers(self):
        """Sizes, offsets, member types and constants, as a compiler for wasm32 sees them."""
        lines = ['#include "action.h"', "#include <stddef.h>"]
        for name, struct in GOLDEN["structs"].items():
            lines.append(f'_Static_assert(sizeof({name}) == {struct["size"]}, "size of {name}");')
            for member in struct["members"]:
                where = f'{name}.{member["name"]}'
                lines.append(
                    f'_Static_assert(offsetof({name}, {member["name"]}) == {member["offset"]}, "offset of {where}");'
                )
                kind = C_TYPES.get(member["type"], member["type"])
                lines.append(
                    f'_Static_assert(_Generic((({name} *)0)->{member["name"]}, {kind}: 1, default: 0), "type of {where}");'
                )
        for name, value in GOLDEN["constants"].items():
            if isinstance(value, int):
                lines.append(f'_Static_assert({name} == {value}, "{name}");')
            else:
                lines.append(f'_Static_assert(sizeof({name}) == {len(value) + 1}, "length of {name}");')
                for at, char in enumerate(value):
                    lines.append(f"_Static_assert({name}[{at}] == '{char}', \"{name}\");")
        command = [os.environ["WASM_CC"], "--target=wasm32", "-ffreestanding", "-std=c11", "-Wno-gnu-folding-constant"]
        self.assertEqual(compile_text("\n".join(lines) + "\n", command, ".c"), "")

    def test_nothing_is_left_out(self):
        """Each struct, member, constant and function of the header is in the golden list, in the same order."""
        text = without_comments(HEADER)
        structs = {
            name: [member for line in body.split(";") for member in re.findall(r"(\w+)\s*(?:,|$)", line.strip())]
            for body, name in re.findall(r"typedef struct \{(.*?)\} (\w+);", text, re.S)
        }
        expected = {name: [member["name"] for member in s["members"]] for name, s in GOLDEN["structs"].items()}
        self.assertEqual(structs, expected)

        macros = re.findall(r"#define (ACTION_(?:ABI|HOST|SECTION)_\w+) ", text)
        members = [
            name for body in re.findall(r"enum \{(.*?)\}", text, re.S) for name in re.findall(r"ACTION_\w+", body)
        ]
        self.assertEqual(macros + members, list(GOLDEN["constants"]))

        exports = re.findall(r"^ACTION_EXPORT\((\w+)\)$", text, re.M)
        actions = re.findall(r"^ACTION_START\((\w+)\);$", without_comments(ACTION_HEADER), re.M)
        imports = re.findall(r"^ACTION_IMPORT\((\w+)\)$", text, re.M)
        self.assertEqual(set(exports) | {"_initialize"}, set(GOLDEN["exports"]))
        self.assertEqual(actions, list(GOLDEN["actions"]))
        for action in actions:
            self.assertNotRegex(text, rf"\b{action}\b")
        self.assertEqual(set(imports), set(GOLDEN["imports"]["action_host_v1"]))


class InnerHeaders(unittest.TestCase):
    def test_each_compiles_alone(self):
        """A source that includes its own header first shows it in the build. The other headers are compiled here, with
        the include paths and definitions of their folder's sources."""
        sources, options = set(), {}
        for entry in json.loads(pathlib.Path(os.environ["COMPILE_COMMANDS"]).read_text()):
            source = pathlib.Path(entry["file"]).resolve()
            sources.add(source)
            words = shlex.split(entry["command"])
            for at, word in enumerate(words):
                if word == "-isystem" or word.startswith(("-I", "-D")):
                    option = words[at : at + 2] if word == "-isystem" else [word]
                    options.setdefault(source.parent, {})[tuple(option)] = None

        def shown_by_the_build(header):
            source = header.with_suffix(".cpp")
            if source not in sources:
                return False
            first = re.search(r'^#include [<"](.+)[>"]', source.read_text(), re.M)[1]
            return first in (header.name, str(header.relative_to(ROOT)))

        def errors(header):
            command = [os.environ["NATIVE_CXX"], "-std=c++20", *STRICT, *itertools.chain(*options[header.parent])]
            return compile_text(f'#include "{header}"\n#include "{header}"\n', command, ".cpp")

        folders = [f"{folder}/*.hpp" for folder in ("src", "sandbox", "hosts/wasmtime")]
        listed = subprocess.run(["git", "ls-files", *folders], cwd=ROOT, capture_output=True, text=True, check=True)
        headers = [ROOT / name for name in listed.stdout.split()]
        self.assertGreater(len(headers), 50)
        left = [header for header in headers if not shown_by_the_build(header)]
        with concurrent.futures.ThreadPoolExecutor(2) as two_at_a_time:
            found = list(two_at_a_time.map(errors, left))
        for header, text in zip(left, found):
            with self.subTest(header.relative_to(ROOT)):
                self.assertEqual(text, "")


def tables(first_column):
    """The rows of all tables of the document whose first column has that name, as lists of cells."""
    rows, inside = [], False
    for line in DOCUMENT.splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            inside = False
        elif cells[0] == first_column:
            inside = True
        elif inside and not set(cells[0]) <= set("-"):
            rows.append(cells)
    return rows


class Document(unittest.TestCase):
    def test_structs(self):
        for name, struct in GOLDEN["structs"].items():
            with self.subTest(name):
                start = DOCUMENT.index(f'### `{name}`, {struct["size"]} bytes')
                section = DOCUMENT[start : DOCUMENT.find("\n#", start + 1)]
                rows = re.findall(r"^\| (\d+) \| `(\w+)` \| (\w+) \|", section, re.M)
                expected = [(str(m["offset"]), m["name"], m["type"]) for m in struct["members"]]
                self.assertEqual(rows, expected)

    def test_constants(self):
        rows = {row[0]: row[1] for row in tables("name")}
        self.assertEqual(rows, {name: str(value) for name, value in GOLDEN["constants"].items()})

    def test_functions(self):
        for column, expected in [
            ("import", GOLDEN["imports"]["action_host_v1"]),
            ("export", GOLDEN["exports"]),
            ("action", {"any": signature for signature in GOLDEN["actions"].values()}),
        ]:
            self.assertEqual({row[0]: row[1] for row in tables(column)}, expected)

    def test_features(self):
        self.assertEqual([row[0] for row in tables("feature")], GOLDEN["features"])


if __name__ == "__main__":
    unittest.main()
