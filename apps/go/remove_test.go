package removecontacts_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	removecontacts "github.com/skipcall-action/skipcall-action/apps/go"
	actionhost "github.com/skipcall-action/skipcall-action/hosts/go"
)

const (
	repository = "../.."
	key        = "sk_test_expert"
)

// startSandbox serves the sandbox with its built-in data on a free port.
func startSandbox(t *testing.T) (baseURL string) {
	t.Helper()
	command := exec.Command(filepath.Join(repository, "build/bin/skipcall"), "sandbox")
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatalf("%v; ./dev build makes the sandbox", err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if _, url, found := strings.Cut(lines.Text(), "SKIPCALL_BASE_URL="); found {
			return url
		}
	}
	t.Fatal("the sandbox ended before it printed its address")
	return ""
}

func exampleInput(t *testing.T) (input removecontacts.RemovalInput) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, "examples/contacts.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &input); err != nil {
		t.Fatal(err)
	}
	return input
}

func TestTheExampleAgainstTheSandbox(t *testing.T) {
	progress := 0
	result, err := removecontacts.Remove(t.Context(), exampleInput(t), removecontacts.Options{APIKey: key, BaseURL: startSandbox(t),
		OnProgress: func(actionhost.Progress) { progress++ }})
	if err != nil {
		t.Fatal(err)
	}
	if result.Err() != nil || result.Confirmed != 2880 || result.Removed != 2820 || result.Requests != 32 || progress < 32 {
		t.Errorf("%+v", result)
	}
}

// Each member of the result has its field: the types lose nothing.
func TestTheTypesHoldTheWholeResult(t *testing.T) {
	input := exampleInput(t)
	input.Removals = append(input.Removals, removecontacts.Removal{SequenceID: "gone", ContactIDs: []string{"123e4567-e89b-12d3-a456-426614174000", "no id"}},
		removecontacts.Removal{SequenceID: "empty"})
	input.Options.OnInvalid = "skip"
	url := startSandbox(t)
	typed, err := removecontacts.Remove(t.Context(), input, removecontacts.Options{APIKey: key, BaseURL: url})
	if err != nil {
		t.Fatal(err)
	}
	if len(typed.InvalidIDs) != 1 || len(typed.Errors) == 0 || typed.Err() == nil || typed.Status != "partial" {
		t.Errorf("%+v", typed)
	}
	wasm, err := os.ReadFile(filepath.Join(repository, "build/wasm/remove_contacts.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	module, err := actionhost.Compile(t.Context(), wasm, actionhost.ModuleOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer module.Close(t.Context())
	text, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	text = []byte(strings.ReplaceAll(string(text), `"contactIds":null`, `"contactIds":[]`))
	end, err := actionhost.New(module, actionhost.Options{}).Run(t.Context(), actionhost.RunOptions{Action: "remove_contacts", Input: text,
		RunControl: actionhost.RunControl{Connections: map[string]actionhost.Connection{"skipcall": {BaseURL: url, Secret: key}}}})
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(end.Result)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(new(removecontacts.RemovalResult)); err != nil {
		t.Error("the result has a member without a field: ", err)
	}
}

func TestADryRunNeedsNoKey(t *testing.T) {
	zero := 0
	result, err := removecontacts.Remove(t.Context(), removecontacts.RemovalInput{SequenceID: "A",
		ContactIDs: []string{"123e4567-e89b-12d3-a456-426614174000"},
		Options:    removecontacts.RemovalOptions{DryRun: true, MaxStallMs: &zero, LeaveRemaining: &zero}}, removecontacts.Options{})
	if err != nil || result.Status != "completed" || !result.DryRun || len(result.Left()) != 1 {
		t.Error(result, err)
	}
}

func TestAnEmptyListIsNoMissingOne(t *testing.T) {
	for _, input := range []removecontacts.RemovalInput{{SequenceID: "A"}, {Removals: []removecontacts.Removal{{SequenceID: "A"}}}} {
		result, err := removecontacts.Remove(t.Context(), input, removecontacts.Options{APIKey: key})
		if err != nil || result.Err() != nil || len(result.Warnings) != 1 {
			t.Error(result, err)
		}
	}
}

func TestWhatIsLeftIsAnInput(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var requests atomic.Int32
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body struct{ ContactIDs []string }
		_ = json.NewDecoder(r.Body).Decode(&body)
		if requests.Add(1) == 2 {
			cancel()
			<-r.Context().Done()
			return
		}
		_, _ = fmt.Fprintf(w, `{"removed":%d}`, len(body.ContactIDs))
	}))
	defer api.Close()
	options := removecontacts.Options{APIKey: key, BaseURL: api.URL}
	input := removecontacts.RemovalInput{SequenceID: "A", Options: removecontacts.RemovalOptions{BatchSize: 1, Concurrency: 1}}
	for at := range 3 {
		input.ContactIDs = append(input.ContactIDs, fmt.Sprintf("123e4567-e89b-12d3-a456-42661417400%d", at))
	}
	result, err := removecontacts.Remove(ctx, input, options)
	if !errors.Is(err, context.Canceled) || result == nil || result.Confirmed != 1 || result.Unknown != 1 {
		t.Fatal(result, err)
	}
	result, err = removecontacts.Remove(t.Context(), removecontacts.RemovalInput{Removals: result.Left()}, options)
	if err != nil || result.Err() != nil || result.Confirmed != 2 {
		t.Fatal(result, err)
	}
}

func TestAWrongKeyIsRefusedBeforeAnythingIsSent(t *testing.T) {
	_, err := removecontacts.Remove(t.Context(), removecontacts.RemovalInput{}, removecontacts.Options{APIKey: "not a key"})
	if !errors.Is(err, actionhost.ErrConnection) || strings.Contains(err.Error(), "not a key") {
		t.Error(err)
	}
}
