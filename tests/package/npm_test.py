"""The npm packages, as npm's own tools see them, and the host in projects of each kind."""

import json
import os
import re
import subprocess
import tarfile

import pytest
from conftest import DIST, ROOT, one, output
from skipcall_sandbox import sandbox

TOOLS = ROOT / ".tools/npm-checks"
VERSIONS = {
    "@arethetypeswrong/cli": "0.18.5",
    "esbuild": "0.28.2",
    "publint": "0.3.25",
    "typescript": "5.9.3",
}
TARBALLS = sorted(DIST.glob("*.tgz"))
ENV = {**os.environ, "PATH": f"{ROOT}/.tools/node/bin:{os.environ['PATH']}"}
QUIET = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
# What a program is checked against in place of Node's types, so that a package that needs them shows.
NODE = """
declare const process: { argv: string[]; env: Record<string, string | undefined> };
declare const console: { log(...all: unknown[]): void };
declare function readFileSync(path: string): Uint8Array<ArrayBuffer>;
"""
USE = """
const bytes = readFileSync(process.argv[2]!);
const manifest: { id?: string | undefined } = readManifest(bytes);
console.log(manifest.id, typeof ActionHost);
"""


@pytest.fixture(scope="session")
def tools():
    TOOLS.mkdir(parents=True, exist_ok=True)
    wanted = json.dumps({"private": True, "dependencies": VERSIONS})
    if not (TOOLS / "package.json").exists() or (TOOLS / "package.json").read_text() != wanted:
        (TOOLS / "package.json").write_text(wanted)
        output("npm", "install", *QUIET, cwd=TOOLS, env=ENV)
    return TOOLS / "node_modules/.bin"


def test_all_packages_are_there():
    assert len(TARBALLS) == 6


@pytest.mark.parametrize("tarball", TARBALLS, ids=lambda path: path.name)
def test_a_package_is_complete(tarball, tools):
    with tarfile.open(tarball) as archive:
        names = archive.getnames()
        package = json.loads(archive.extractfile("package/package.json").read())
        readme = archive.extractfile("package/README.md").read().decode()
    assert {"package/LICENSE", "package/README.md", "package/CHANGELOG.md"} <= set(names)
    assert ("package/MODULE_LICENSES.txt" in names) == (not tarball.name.startswith("skipcall-action-host"))
    assert {"repository", "bugs", "homepage", "license", "engines"} <= package.keys()
    links = re.findall(r"\]\(([^)\s]+)\)", readme)
    assert [link for link in links if not re.match(r"https://|#", link)] == []
    output(tools / "publint", "run", "--strict", tarball, env=ENV)
    if "types" in package:
        # For Node.js before 12 and the like, which do not know "exports"; and one file only for pages, as an ES module.
        flags = ["--profile", "node16", "--exclude-entrypoints", "browser"]
        output(tools / "attw", tarball, *flags, env={**ENV, "CI": "1"})


@pytest.fixture(scope="session")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    (folder / "package.json").write_text('{ "private": true }')
    packages = one("skipcall-action-host-*.tgz"), one("skipcall-remove-contacts-*.tgz")
    output("npm", "install", *QUIET, *packages, cwd=folder, env=ENV)
    return folder


CALL = """
const [sequenceId, ...contactIds] = process.argv.slice(2);
const { SKIPCALL_API_KEY: apiKey, SKIPCALL_BASE_URL: baseUrl } = process.env;
removeContacts({ sequenceId: sequenceId!, contactIds }, { apiKey, baseUrl }).then(({ status, removed }) => {
  console.log(status, removed);
});
"""


def call(project, file, few):
    sequence, ids = few
    with sandbox() as variables:
        printed = output("node", file, sequence, *ids, cwd=project, env={**ENV, **variables})
    assert printed.strip() == f"completed {len(ids)}"


def test_the_call_from_an_es_module_and_from_commonjs(project, few):
    plain = CALL.replace("!", "")
    names = "{ removeContacts }"
    (project / "call.mjs").write_text(f'import {names} from "skipcall-remove-contacts";{plain}')
    (project / "call.cjs").write_text(f'const {names} = require("skipcall-remove-contacts");{plain}')
    call(project, "call.mjs", few)
    call(project, "call.cjs", few)


def check_and_bundle(project, tools, module, program):
    """Compiles the program strictly, and bundles it into bundle.js."""
    (project / "checked.mts").write_text(NODE + program)
    strict = ["--strict", "--noEmit", "--module", module, "--target", "es2022", "--lib", "es2023,dom"]
    output(tools / "tsc", *strict, "checked.mts", cwd=project, env=ENV)
    (project / "bundled.mts").write_text(f'import {{ readFileSync }} from "node:fs";\n{program}')
    bundle = ["--bundle", "--platform=node", "--format=cjs", "--outfile=bundle.js"]
    output(tools / "esbuild", "bundled.mts", *bundle, cwd=project, env=ENV)


@pytest.mark.parametrize("module", ["nodenext", "preserve"])
def test_the_call_in_strict_typescript_and_in_a_bundle(project, tools, module, few):
    program = f'import {{ removeContacts }} from "skipcall-remove-contacts";{CALL}'
    check_and_bundle(project, tools, module, program)
    call(project, "bundle.js", few)


def run(project, file):
    return output("node", file, one("*.wasm"), cwd=project, env=ENV).split()


def test_the_host_from_an_es_module_and_from_commonjs(project):
    plain = USE.replace("!", "").replace(": { id?: string | undefined }", "")
    names = "{ ActionHost, readManifest }"
    (project / "a.mjs").write_text(
        f'import {names} from "skipcall-action-host";\nimport {{ readFileSync }} from "node:fs";{plain}'
    )
    (project / "a.cjs").write_text(
        f'const {names} = require("skipcall-action-host");\nconst {{ readFileSync }} = require("node:fs");{plain}'
    )
    assert run(project, "a.mjs") == run(project, "a.cjs") == ["skipcall.remove_contacts", "function"]


@pytest.mark.parametrize("module", ["nodenext", "preserve"])
def test_the_host_in_strict_typescript_and_in_a_bundle(project, tools, module):
    program = f'import {{ ActionHost, readManifest }} from "skipcall-action-host";{USE}'
    check_and_bundle(project, tools, module, program)
    assert run(project, "bundle.js") == ["skipcall.remove_contacts", "function"]


def test_the_mcp_server_removes_what_its_client_confirms(tmp_path, few):
    output("npm", "install", *QUIET, "--global", "--prefix", tmp_path, one("skipcall-mcp-*.tgz"), env=ENV)
    sequence, ids = few
    with (
        sandbox() as variables,
        subprocess.Popen(
            [tmp_path / "bin/skipcall-mcp"],
            env={**ENV, **variables},
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as server,
    ):

        def ask(number, method, params):
            print(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}), file=server.stdin)
            server.stdin.flush()
            for line in server.stdout:
                if (message := json.loads(line)).get("id") == number:
                    return message["result"]
            raise AssertionError(f"no response to {method}")

        def remove(number, **more):
            arguments = {"sequenceId": sequence, "contactIds": ids, **more}
            return ask(number, "tools/call", {"name": "remove_contacts", "arguments": arguments})["structuredContent"]

        client = {"name": "test", "version": "1"}
        ask(1, "initialize", {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client})
        token = remove(2)["confirmation"]["confirmationToken"]
        assert remove(3, confirmationToken=token)["removed"] == len(ids)
        server.stdin.close()


def test_the_temporal_worker_starts_in_an_empty_project(tmp_path):
    (tmp_path / "package.json").write_text('{ "private": true }')
    output("npm", "install", *QUIET, one("skipcall-temporal-*.tgz"), cwd=tmp_path, env=ENV)
    types = output("node", "-p", "Object.keys(require('skipcall-temporal/workflows')).sort()", cwd=tmp_path, env=ENV)
    assert "removeContacts" in types
    env = {**ENV, "SKIPCALL_API_KEY": "sk_test_0123456789", "TEMPORAL_ADDRESS": "127.0.0.1:9"}
    worker = subprocess.run(
        ["npx", "skipcall-temporal-worker"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert worker.returncode != 0
    assert "no connection to Temporal" in worker.stderr
