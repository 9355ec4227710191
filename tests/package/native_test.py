"""The command line and the libraries for engines in C, where somebody else unpacks or installs them."""

import json
import os
import re
import shutil
import subprocess

import pytest
from conftest import ROOT, need, one, output
from skipcall_sandbox import sandbox

EXAMPLE = ROOT / "examples/contacts.csv"


def run_example(program, **options):
    printed = output(program, "remove-contacts", EXAMPLE, "--sandbox", "--yes", **options)
    assert "Done: 2,880 contacts are out of their 5 sequences." in printed


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    output("tar", "-xzf", one("*-linux-*.tar.gz"), "-C", folder)
    [top] = folder.iterdir()
    return top


def test_the_archive_runs_where_it_was_unpacked(unpacked, tmp_path):
    run_example(unpacked / "bin/skipcall", env={"HOME": str(tmp_path), "PATH": "/nowhere"})


def test_it_needs_few_libraries(unpacked):
    needed = set(re.findall(r"NEEDED\s+Shared library: \[(.+?)\]", output("readelf", "-d", unpacked / "bin/skipcall")))
    needed = {name.split(".so")[0] for name in needed}
    assert needed <= {"libwasmtime", "libcurl", "libcrypto", "libz", "libm", "libc", "ld-linux-x86-64", "libpthread"}
    # Debian 12 has glibc 2.36, Ubuntu 24.04 has 2.39.
    versions = re.findall(r"GLIBC_2\.(\d+)", output("readelf", "--dyn-syms", "-W", unpacked / "bin/skipcall"))
    assert max(map(int, versions)) <= 39


def test_completions_and_manual_are_those_of_the_program(unpacked):
    for words, file in [
        (["manual"], "share/man/man1/skipcall.1"),
        (["completion", "bash"], "share/bash-completion/completions/skipcall"),
        (["completion", "zsh"], "share/zsh/site-functions/_skipcall"),
        (["completion", "zsh"], "share/zsh/vendor-completions/_skipcall"),
        (["completion", "fish"], "share/fish/vendor_completions.d/skipcall.fish"),
    ]:
        assert (unpacked / file).read_text() == output(unpacked / "bin/skipcall", *words)
    for name in ["LICENSE", "copyright"]:
        assert (unpacked / "share/doc/skipcall" / name).read_text() == (ROOT / "LICENSE").read_text()
    others = (unpacked / "share/doc/skipcall/THIRD_PARTY_LICENSES.txt").read_text()
    for part in ["nlohmann-json3-dev", "wasi-libc", "libcli11-dev", "libcsv-dev", "Apache License"]:
        assert part in others


@pytest.fixture(scope="module")
def bare_root():
    """A bare Debian of this machine's release."""
    need("mmdebstrap")
    if os.geteuid() != 0:
        pytest.skip("a bare root needs root")
    [suite] = re.findall(r"^VERSION_CODENAME=(\w+)$", open("/etc/os-release", encoding="utf-8").read(), re.M)
    root = ROOT / "build/bare-root"
    shutil.rmtree(root, ignore_errors=True)
    output("mmdebstrap", "--quiet", "--variant=minbase", suite, root)
    for file in ["/etc/resolv.conf", "/etc/hosts", "/etc/ssl/certs/ca-certificates.crt"]:
        if os.path.exists(file):
            os.makedirs(os.path.dirname(f"{root}{file}"), exist_ok=True)
            shutil.copyfile(file, f"{root}{file}")
    yield root
    shutil.rmtree(root, ignore_errors=True)


def test_the_debian_package_installs_and_uninstalls(bare_root):
    package = one("*.deb")
    shutil.copy(package, bare_root / "tmp")
    shutil.copy(EXAMPLE, bare_root / "tmp")

    def inside(*words):
        # With /proc, by which the loader finds a library beside its program; it is unmounted with the command.
        enter = 'mount -t proc proc "$1/proc" && trap \'umount "$1/proc"\' EXIT && chroot "$@"'
        clean = ["/usr/bin/env", "-i", "PATH=/usr/bin:/usr/sbin:/bin:/sbin", "HOME=/root"]
        return output("sh", "-c", enter, "-", bare_root, *clean, *words)

    def files():
        return set(inside("find", "/usr", "/etc", "/opt", "-path", "*skipcall*").split())

    assert files() == set()
    inside("apt-get", "update", "-q")
    inside("apt-get", "install", "-y", "-q", "--no-install-recommends", f"/tmp/{package.name}")
    printed = inside("skipcall", "remove-contacts", "/tmp/contacts.csv", "--sandbox", "--yes")
    assert "Done: 2,880 contacts" in printed
    assert {"/usr/bin/skipcall", "/usr/share/man/man1/skipcall.1", "/usr/share/skipcall/remove_contacts.wasm"} <= {
        name.removesuffix(".gz") for name in files()
    } | {"/usr/share/man/man1/skipcall.1"}
    inside("apt-get", "purge", "-y", "-q", "skipcall")
    assert files() == set()


@pytest.fixture(scope="module")
def development(tmp_path_factory):
    folder = tmp_path_factory.mktemp("development")
    output("cmake", "--install", ROOT / "build/package", "--prefix", folder)
    return folder


def run_native(program):
    with sandbox() as variables:
        url, key = variables["SKIPCALL_BASE_URL"], variables["SKIPCALL_API_KEY"]
        done = subprocess.run(
            [program, url],
            input=(ROOT / "examples/contacts.json").read_text(),
            capture_output=True,
            text=True,
            check=True,
            env={"SKIPCALL_API_KEY": key},
        )
        result = json.loads(done.stdout)
        assert (result["status"], result["confirmed"], result["removed"]) == ("completed", 2880, 2820)
        wrong = subprocess.run(
            [program, url], input="{", capture_output=True, text=True, check=True, env={"SKIPCALL_API_KEY": key}
        )
        assert json.loads(wrong.stdout)["stoppedBy"] == "invalid-input"


def test_a_c_program_finds_the_action_by_cmake(development, tmp_path):
    output("cmake", "-S", ROOT / "examples/native", "-B", tmp_path, f"-DCMAKE_PREFIX_PATH={development}")
    output("cmake", "--build", tmp_path)
    run_native(tmp_path / "remove_contacts")


def test_a_c_program_finds_the_action_by_pkg_config(development, tmp_path):
    [folder] = [str(file.parent) for file in development.rglob("skipcall-action.pc")]
    flags = output(
        "pkg-config", "--cflags", "--libs", "skipcall-action", "libcurl", env={**os.environ, "PKG_CONFIG_PATH": folder}
    )
    program = tmp_path / "remove_contacts"
    source = ROOT / "examples/native/remove_contacts.c"
    output("gcc", "-std=c99", "-D_POSIX_C_SOURCE=200809L", "-Wall", "-Wextra", "-o", program, source, *flags.split())
    run_native(program)


def test_a_program_finds_the_host_by_cmake(development, tmp_path):
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.22)\nproject(host CXX)\nset(CMAKE_CXX_STANDARD 20)\n"
        "find_package(SkipcallAction REQUIRED COMPONENTS host)\nadd_executable(host host.cpp)\n"
        "target_link_libraries(host PRIVATE SkipcallAction::host)\n"
    )
    (tmp_path / "host.cpp").write_text(
        '#include <engine.hpp>\n#include <cstdio>\nint main() { skipcall::host::Engine engine(1 << 20); std::puts("made"); }\n'
    )
    wasmtime = os.environ.get("WASMTIME_DIR", ROOT / ".tools/wasmtime")
    output(
        "cmake",
        "-S",
        tmp_path,
        "-B",
        tmp_path / "b",
        f"-DCMAKE_PREFIX_PATH={development}",
        f"-DWASMTIME_DIR={wasmtime}",
    )
    output("cmake", "--build", tmp_path / "b")
    library = os.fspath(wasmtime) + "/lib"
    assert output(tmp_path / "b/host", env={"LD_LIBRARY_PATH": library}) == "made\n"
