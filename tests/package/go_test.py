"""The Go modules, from a proxy on this machine, in a folder that knows nothing of this repository."""

import functools
import http.server
import json
import os
import threading
import zipfile

from conftest import ROOT, need, one, output
from skipcall_sandbox import sandbox

PROGRAM = """package main

import (
	"context"
	"fmt"
	"os"

	removecontacts "github.com/skipcall-action/skipcall-action/apps/go"
)

func main() {
	result, err := removecontacts.Remove(context.Background(), removecontacts.RemovalInput{
		SequenceID: os.Args[1],
		ContactIDs: os.Args[2:],
	}, removecontacts.Options{APIKey: os.Getenv("SKIPCALL_API_KEY"), BaseURL: os.Getenv("SKIPCALL_BASE_URL")})
	if err != nil {
		panic(err)
	}
	fmt.Println(result.Status, result.Removed)
}
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def test_a_program_is_built_from_a_proxy_with_the_module_inside(version, few, tmp_path):
    need("go")
    proxy, program = tmp_path / "proxy", tmp_path / "program"
    with zipfile.ZipFile(one("skipcall-go-modules-*.zip")) as modules:
        modules.extractall(proxy)
    program.mkdir()
    (program / "main.go").write_text(PROGRAM)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=proxy))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    others = output("go", "env", "GOPROXY").strip()
    go = functools.partial(
        output,
        "go",
        cwd=program,
        env={
            **os.environ,
            "GOPROXY": f"http://127.0.0.1:{server.server_port},{others}",
            "GONOSUMDB": "github.com/skipcall-action/*",
            "GOWORK": "off",
            "GOMODCACHE": str(tmp_path / "cache"),
            "GOFLAGS": "-modcacherw",
        },
    )
    try:
        go("mod", "init", "example.test/program")
        go("get", f"github.com/skipcall-action/skipcall-action/apps/go@v{version}")
        go("mod", "verify")
        go("build", "-o", "program")
    finally:
        server.shutdown()
        server.server_close()
    sequence, ids = few
    with sandbox() as variables:
        printed = output(program / "program", sequence, *ids, env={**os.environ, **variables})
    assert printed.strip() == f"completed {len(ids)}"


def test_modules_are_in_the_repository_that_the_npm_packages_name():
    """Provenance at npm and `go get` both need the real one."""
    url = json.loads((ROOT / "hosts/js/package.json").read_text())["repository"]["url"]
    repository = url.removeprefix("git+https://").removesuffix(".git")
    for folder in ("hosts/go", "apps/go"):
        assert (ROOT / folder / "go.mod").read_text().startswith(f"module {repository}/{folder}\n")
