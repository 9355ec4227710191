package actionhost

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// How runs go and end: done, cancelled, stopped, failed; several at once.

// removal is what these tests read from the action's result.
type removal struct {
	Status                                               string
	StoppedBy                                            *string
	Unique, Confirmed, Refused, Unknown, Unsent, Removed int
	Requests, Retries                                    int
	RemovedExact                                         bool
}

func decode(t *testing.T, end *RunEnd) (result removal) {
	t.Helper()
	if err := end.Decode(&result); err != nil {
		t.Fatal(err)
	}
	return result
}

func TestThousandsOfContacts(t *testing.T) {
	var removals, sequences []map[string]any
	for group, name := range []string{"spring", "autumn", "Relance été"} {
		ids := contactIDs(800+group, group)
		removals = append(removals, map[string]any{"sequenceId": name, "contactIds": ids})
		sequences = append(sequences, map[string]any{"id": name, "contacts": ids})
	}
	removals = append(removals, map[string]any{"sequenceId": "gone", "contactIds": contactIDs(120, 9)})
	input := jsonOf(t, map[string]any{"removals": removals, "options": map[string]any{"leaveRemaining": 0, "maxAttempts": 20}})
	for build, path := range moduleFiles {
		t.Run(build, func(t *testing.T) {
			t.Parallel()
			url := startSandbox(t, map[string]any{
				"keys":      []any{map[string]any{"key": testKey, "plan": "EXPERT"}},
				"sequences": sequences,
				"switches": map[string]any{"limit": 8, "windowMs": 500, "reset": "milliseconds", "failEvery": 12,
					"failStatuses": []int{500, 503}, "lostEvery": 14},
			})
			host := New(compileFile(t, path), Options{})
			defer host.Close()
			var seen []Progress
			end, err := host.Run(t.Context(), RunOptions{Action: "remove_contacts", Input: input,
				RunControl: RunControl{Connections: connectionsTo("skipcall", url),
					OnProgress: func(progress Progress) { seen = append(seen, progress) }}})
			if err != nil {
				t.Fatal(err)
			}
			result := decode(t, end)
			if result.Status != "partial" || result.Confirmed != 2403 || result.Refused != 120 || result.Retries < 2 {
				t.Errorf("%+v", result)
			}
			if !slices.ContainsFunc(seen, func(p Progress) bool { return p.Phase == PhaseRateWindow }) {
				t.Error("it waited for no rate window")
			}
			if end.LastFailure == "" || end.Progress.Confirmed != 2403 {
				t.Error(end.LastFailure, end.Progress)
			}
		})
	}
}

func TestARequestAsTheModuleMadeIt(t *testing.T) {
	var request *http.Request
	var body []byte
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		request = r
		body, _ = io.ReadAll(r.Body)
		_, _ = w.Write([]byte("echo of " + string(body)))
	})
	end, err := guestHost(t).Run(t.Context(), start("echo", url+"/base/"))
	if err != nil {
		t.Fatal(err)
	}
	if string(end.Result) != "echo of input" || end.Progress.Requests != 1 || !end.Progress.Done {
		t.Error(string(end.Result), end.Progress)
	}
	if request.Method != "DELETE" || request.RequestURI != "/base/items/1" || string(body) != "input" ||
		request.Header.Get("Authorization") != "Bearer "+testKey || request.Header.Get("Content-Type") != "text/plain" {
		t.Error(request, string(body))
	}
}

func TestCancelGivesTheAccount(t *testing.T) {
	ids := contactIDs(300, 0)
	var requests atomic.Int32
	ctx, cancel := context.WithCancelCause(t.Context())
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if requests.Add(1) > 2 {
			cancel(errors.New("enough"))
			<-r.Context().Done()
			return
		}
		_, _ = w.Write([]byte(`{"removed":20}`))
	})
	host := New(compileFile(t, moduleFiles["wasi-sdk"]), Options{})
	defer host.Close()
	input := jsonOf(t, map[string]any{"sequenceId": "A", "contactIds": ids, "options": map[string]any{"batchSize": 20, "concurrency": 1}})
	end, err := host.Run(ctx, RunOptions{Action: "remove_contacts", Input: input,
		RunControl: RunControl{Connections: connectionsTo("skipcall", url)}})
	if err == nil || err.Error() != "enough" || end == nil {
		t.Fatal(end, err)
	}
	if result := decode(t, end); result.Status != "cancelled" || result.Confirmed != 40 || result.Unknown != 20 || result.Unsent != 240 {
		t.Errorf("%+v", result)
	}
}

func TestStopIsGentle(t *testing.T) {
	stop := make(chan struct{})
	var requests atomic.Int32
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if requests.Add(1) == 3 {
			close(stop)
			time.Sleep(50 * time.Millisecond)
		}
		_, _ = w.Write([]byte(`{"removed":20}`))
	})
	host := New(compileFile(t, moduleFiles["wasi-sdk"]), Options{})
	defer host.Close()
	input := jsonOf(t, map[string]any{"sequenceId": "A", "contactIds": contactIDs(300, 0), "options": map[string]any{"batchSize": 20, "concurrency": 1}})
	end, err := host.Run(t.Context(), RunOptions{Action: "remove_contacts", Input: input,
		RunControl: RunControl{Connections: connectionsTo("skipcall", url), Stop: stop}})
	if err != nil {
		t.Fatal(err)
	}
	result := decode(t, end)
	if result.Status != "cancelled" || result.Confirmed != 60 || result.Unknown != 0 || result.Unsent != 240 || requests.Load() != 3 {
		t.Errorf("%+v, %d requests", result, requests.Load())
	}
}

func TestAStopWhoseGraceIsOverGivesUp(t *testing.T) {
	stop := make(chan struct{})
	url := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		close(stop)
		<-r.Context().Done()
	})
	options := start("three", url)
	options.Stop, options.Grace = stop, 50*time.Millisecond
	end, err := guestHost(t).Run(t.Context(), options)
	if err != nil || string(end.Result) != "cancelled" {
		t.Fatal(end, err)
	}
}

func TestSeveralRunsAtOnce(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		time.Sleep(5 * time.Millisecond)
		_, _ = w.Write(body)
	})
	host := guestHost(t)
	var group sync.WaitGroup
	for at := range 20 {
		group.Go(func() {
			options := start("echo", url)
			options.Input = fmt.Appendf(nil, "run %d", at)
			end, err := host.Run(t.Context(), options)
			if err != nil || string(end.Result) != string(options.Input) {
				t.Error(end, err)
			}
		})
		group.Go(func() {
			if _, err := host.Run(t.Context(), start("trap", url)); !errors.Is(err, ErrTrap) {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

func TestModulesThatMisbehave(t *testing.T) {
	for action, fault := range map[string]error{"trap": ErrTrap, "loop": ErrOutOfTime, "wild": ErrTrap, "spam": ErrTrap, "stuck": ErrTrap} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			module := compile(t, guestBytes(t), ModuleOptions{CallTimeout: 300 * time.Millisecond})
			end, err := New(module, Options{}).Run(t.Context(), start(action, "http://127.0.0.1:1"))
			var own *Error
			if end != nil || !errors.Is(err, fault) || !errors.As(err, &own) || own.Progress == nil {
				t.Error(end, err)
			}
		})
	}
	for what, oldNew := range map[string][]string{
		"a state out of range":     {"(call $http_send (i32.const 1) (i32.const 1) (i32.const 0x7ffffff0))\n        (return (i32.const 1))", "(return (i32.const 2))"},
		"another state than told":  {"(call $http_send (i32.const 1) (i32.const 1) (i32.const 0x7ffffff0))\n        (return (i32.const 1))", "(return (i32.const 0))"},
		"a run that is not there":  {"(call $http_send (i32.const 1) (global.get $exchange)", "(call $http_send (i32.const 7) (global.get $exchange)"},
		"a request in _initialize": {"(func (export \"_initialize\")", "(func (export \"_initialize\") (call $send)"},
		"the wrong version":        {"(result i32) (i32.const 65536))", "(result i32) (i32.const 131072))"},
	} {
		t.Run(what, func(t *testing.T) {
			action := "wild"
			if what == "a run that is not there" {
				action = "echo"
			}
			_, err := guestHost(t, oldNew...).Run(t.Context(), start(action, "http://127.0.0.1:1"))
			if !errors.Is(err, ErrTrap) && !errors.Is(err, ErrWrongABI) {
				t.Error(err)
			}
		})
	}
}

func TestWakes(t *testing.T) {
	begun := time.Now()
	end, err := guestHost(t).Run(t.Context(), start("sleep", "http://127.0.0.1:1"))
	if took := time.Since(begun); err != nil || string(end.Result) != "full" || took < 50*time.Millisecond || took > 5*time.Second {
		t.Fatal(end, err, took)
	}
}

func TestAModuleThatAlwaysWantsToBeWoken(t *testing.T) {
	host := guestHost(t, "(i64.add (local.get $now) (i64.const 50))", "(i64.const 1)",
		"(i64.ge_u (local.get $now) (i64.load offset=8 (global.get $progress)))", "(i32.const 0)")
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	wakes := 0
	options := start("sleep", "http://127.0.0.1:1")
	options.OnProgress = func(Progress) { wakes++ }
	end, err := host.Run(ctx, options)
	if !errors.Is(err, context.DeadlineExceeded) || end == nil || wakes < 3 || wakes > 30 {
		t.Fatal(end, err, wakes)
	}
}

func TestWhatTheCallerGetsWrong(t *testing.T) {
	host := guestHost(t)
	if _, err := host.Run(t.Context(), start("none", "http://127.0.0.1:1")); !errors.Is(err, ErrUsage) {
		t.Error(err)
	}
	for _, baseURL := range []string{"", "http://example.com", "https://user:password@example.com", "https://example.com/?a",
		"ftp://example.com", "https://example.com/a/../b", "https://example.com//", "https:/example.com", "http://127.1", "http://[::ffff:127.0.0.1]",
		"https://exa mple.com", `https://example.com\@evil`, "https://example.com#x", "https://example.com/%2e%2e/"} {
		_, err := host.Run(t.Context(), start("echo", baseURL))
		if !errors.Is(err, ErrConnection) || strings.Contains(err.Error(), "password@") {
			t.Error(baseURL, err)
		}
	}
	options := start("echo", "https://example.com")
	options.Connections["test"] = Connection{BaseURL: "https://example.com", Secret: "short"}
	if _, err := host.Run(t.Context(), options); !errors.Is(err, ErrConnection) || strings.Contains(err.Error(), "short\"") {
		t.Error(err)
	}
	options.Connections = map[string]Connection{testKey: {}}
	if _, err := host.Run(t.Context(), options); !errors.Is(err, ErrConnection) || strings.Contains(err.Error(), testKey) {
		t.Error(err)
	}
}

func TestWithoutAKeyNothingIsSent(t *testing.T) {
	url := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("it was sent") })
	options := start("three", url)
	options.Connections = nil
	end, err := guestHost(t).Run(t.Context(), options)
	if err != nil || string(end.Result) != "nnn" {
		t.Fatal(end, err)
	}
}
