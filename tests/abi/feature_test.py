#!/usr/bin/env python3
"""The gate: both modules use no WebAssembly feature but those of abi/golden.json. Environment: WASM_OPT."""
import json
import os
import pathlib
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FEATURES = json.loads((ROOT / "abi/golden.json").read_text())["features"]
# LLVM's names, and Binaryen's where they differ.
BINARYEN = {"nontrapping-fptoint": "nontrapping-float-to-int"}


def validate(module, features):
    """What the validator says about a module if only these features are on; empty: it is valid."""
    flags = [f"--enable-{BINARYEN.get(name, name)}" for name in features]
    done = subprocess.run(
        [os.environ["WASM_OPT"], "--mvp-features", *flags, module, "-o", os.devnull],
        capture_output=True,
        text=True,
        check=False,
    )
    return (done.stderr or "invalid") if done.returncode else ""


class Features(unittest.TestCase):
    def test_each_module(self):
        for toolchain in ["wasm", "wasm-emscripten"]:
            with self.subTest(toolchain):
                module = ROOT / "build" / toolchain / "remove_contacts.wasm"
                self.assertTrue(module.exists(), "./dev build makes it")
                self.assertEqual(validate(module, FEATURES), "")
                # The validator does check: without a feature that is used, it refuses.
                self.assertNotEqual(validate(module, [name for name in FEATURES if name != "bulk-memory"]), "")


if __name__ == "__main__":
    unittest.main()
