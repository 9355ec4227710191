package main

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// The kit judges this host. It takes a minute.
func TestTheKit(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a minute")
	}
	adapter := filepath.Join(t.TempDir(), "adapter")
	if out, err := exec.Command("go", "build", "-o", adapter, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	kit := exec.Command("python3", "-m", "action_conformance", "--quiet", "--", adapter)
	kit.Dir = "../../../abi/conformance"
	out, err := kit.CombinedOutput()
	if t.Logf("%s", out); err != nil {
		t.Fatal(err)
	}
}
