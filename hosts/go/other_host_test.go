package actionhost

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// A run that began in one host is resumed in another: killed in the command line and resumed in Go, and the other way
// round.

var crossing = map[string]any{"sequenceId": "A", "contactIds": contactIDs(300, 0),
	"options": map[string]any{"batchSize": 20, "concurrency": 2}}

func crossingSandbox(t *testing.T) string {
	return startSandbox(t, map[string]any{
		"keys":      []any{map[string]any{"key": testKey, "plan": "EXPERT"}},
		"sequences": []any{map[string]any{"id": "A", "contacts": contactIDs(300, 0)}},
		"switches":  map[string]any{"latencyMs": 60},
	})
}

// killInTheMiddle kills a process once its journal has three responses.
func killInTheMiddle(t *testing.T, command *exec.Cmd, journal string) {
	t.Helper()
	command.Stderr = os.Stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(20 * time.Second)
	for {
		text, _ := os.ReadFile(journal)
		if bytes.Count(text, []byte(`"event":"response"`)) >= 3 || time.Now().After(deadline) {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	_ = command.Process.Kill()
	if err := command.Wait(); err == nil || command.ProcessState.Exited() {
		t.Fatal("it was not killed in the middle: ", err)
	}
}

func checkAccount(t *testing.T, result removal) {
	t.Helper()
	// Those that were open were sent twice at most, and only they: 15 batches, up to two of them open.
	if result.Status != "completed" || result.Confirmed != 300 || result.Requests > 17 || result.Removed > 300 ||
		(result.Removed < 300 && result.RemovedExact) {
		t.Errorf("%+v", result)
	}
}

func TestARunThatIsKilledInTheCommandLineIsResumedInGo(t *testing.T) {
	url, folder := crossingSandbox(t), t.TempDir()
	journal, input := filepath.Join(folder, "run.journal"), filepath.Join(folder, "input.json")
	if err := os.WriteFile(input, jsonOf(t, crossing), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(program, "remove-contacts", input, "--yes", "--journal", journal, "--module", moduleFiles["wasi-sdk"])
	command.Env = append(os.Environ(), "SKIPCALL_API_KEY="+testKey, "SKIPCALL_BASE_URL="+url, "HOME="+folder)
	killInTheMiddle(t, command, journal)

	file, err := OpenJournal(journal)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	end, err := removeContacts(t).Resume(t.Context(), file, RunControl{Connections: connectionsTo("skipcall", url)})
	if err != nil {
		t.Fatal(err)
	}
	checkAccount(t, decode(t, end))
}

func TestARunThatIsKilledInGoIsResumedInTheCommandLine(t *testing.T) {
	url, folder := crossingSandbox(t), t.TempDir()
	journal := filepath.Join(folder, "run.journal")
	command := exec.Command(os.Args[0], "-test.run=^TestHelperJournalledRun$")
	command.Env = append(os.Environ(), "JOURNALLED_RUN="+journal, "SKIPCALL_BASE_URL="+url)
	killInTheMiddle(t, command, journal)

	command = exec.Command(program, "remove-contacts", "--resume", journal, "--yes", "--json", "--module", moduleFiles["wasi-sdk"])
	command.Env = append(os.Environ(), "SKIPCALL_API_KEY="+testKey, "SKIPCALL_BASE_URL="+url, "HOME="+folder)
	var errors bytes.Buffer
	command.Stderr = &errors
	out, err := command.Output()
	if err != nil {
		t.Fatal(err, errors.String())
	}
	checkAccount(t, decode(t, &RunEnd{Result: out}))
}

// TestHelperJournalledRun is not a test: another one starts it as a process, and kills it.
func TestHelperJournalledRun(t *testing.T) {
	path := os.Getenv("JOURNALLED_RUN")
	if path == "" {
		return
	}
	journal, err := CreateJournal(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = removeContacts(t).Run(context.Background(), RunOptions{Action: "remove_contacts", Input: jsonOf(t, crossing), Journal: journal,
		RunControl: RunControl{Connections: connectionsTo("skipcall", os.Getenv("SKIPCALL_BASE_URL"))}})
	t.Log("it came to its end: ", err)
}
