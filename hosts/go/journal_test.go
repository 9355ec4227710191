package actionhost

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// memoryJournal is a store that may fail.
type memoryJournal struct {
	lines    [][]byte
	keepsAll bool
	failsAt  int // the line that cannot be written; 0: none
}

func (m *memoryJournal) Lines() [][]byte { return slices.Clone(m.lines) }
func (m *memoryJournal) KeepsAll() bool  { return m.keepsAll }
func (m *memoryJournal) Cut(count int) error {
	m.lines = m.lines[:count]
	return nil
}

var errStore = errors.New("the disk is full")

func (m *memoryJournal) Append(line []byte) error {
	if m.failsAt > 0 && len(m.lines)+1 >= m.failsAt {
		return errStore
	}
	m.lines = append(m.lines, line)
	return nil
}

// removing is a server that knows who is gone, and removes each contact once.
type removing struct {
	mu       sync.Mutex
	gone     map[string]bool
	requests int
}

func (r *removing) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	var body struct{ ContactIDs []string }
	_ = json.NewDecoder(request.Body).Decode(&body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests++
	removed := 0
	for _, id := range body.ContactIDs {
		if !r.gone[id] {
			removed++
		}
		r.gone[id] = true
	}
	_, _ = fmt.Fprintf(w, `{"removed":%d}`, removed)
}

var journalled = map[string]any{"sequenceId": "A", "contactIds": contactIDs(60, 0),
	"options": map[string]any{"batchSize": 20, "concurrency": 1}}

// record runs 60 contacts in 3 requests, and gives the lines of its journal.
func record(t *testing.T, host *Host, url string) *memoryJournal {
	t.Helper()
	journal := &memoryJournal{}
	seed := uint64(7)
	_, err := host.Run(t.Context(), RunOptions{Action: "remove_contacts", Input: jsonOf(t, journalled), Seed: &seed, Journal: journal,
		RunControl: RunControl{Connections: connectionsTo("skipcall", url)}})
	if err != nil {
		t.Fatal(err)
	}
	return journal
}

func removeContacts(t *testing.T) *Host {
	t.Helper()
	host := New(compileFile(t, moduleFiles["wasi-sdk"]), Options{})
	t.Cleanup(host.Close)
	return host
}

func TestResumedAfterEachLine(t *testing.T) {
	host := removeContacts(t)
	server := &removing{gone: map[string]bool{}}
	url := serve(t, server.ServeHTTP)
	whole := record(t, host, url)
	if len(whole.lines) != 5 { // the head, the wake, three responses
		t.Fatalf("%d lines", len(whole.lines))
	}
	for count := 1; count <= len(whole.lines); count++ {
		for _, keepsAll := range []bool{true, false} {
			server.gone, server.requests = map[string]bool{}, 0
			journal := &memoryJournal{lines: slices.Clone(whole.lines[:count]), keepsAll: keepsAll}
			end, err := host.Resume(t.Context(), journal, RunControl{Connections: connectionsTo("skipcall", url)})
			if err != nil {
				t.Fatal(count, keepsAll, err)
			}
			result := decode(t, end)
			sent := min(5-count, 3) // what has no response is sent again
			if result.Status != "completed" || result.Confirmed != 60 || server.requests != sent {
				t.Errorf("%d lines: %+v, %d requests", count, result, server.requests)
			}
			// If lines may be missing, each request may have been sent before, so no count is claimed.
			if isExact := count == 5 || (keepsAll && count == 1); result.RemovedExact != isExact {
				t.Errorf("%d lines, %v: %+v", count, keepsAll, result)
			}
		}
	}
}

func TestAFileIsAccountedForWhereverItIsCutOrDamaged(t *testing.T) {
	host := removeContacts(t)
	server := &removing{gone: map[string]bool{}}
	url := serve(t, server.ServeHTTP)
	whole := record(t, host, url)
	text := append(bytes.Join(whole.lines, []byte("\n")), '\n')
	text = append(append(text, endLine(whole.lines[4])...), '\n')
	try := func(t *testing.T, damaged []byte, at int) {
		t.Parallel() // a run that repeats what was lost mostly waits
		path := filepath.Join(t.TempDir(), "run.journal")
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		journal, err := OpenJournal(path)
		if err != nil {
			t.Fatal(err)
		}
		defer journal.Close()
		end, err := host.Resume(t.Context(), journal, RunControl{Connections: connectionsTo("skipcall", url)})
		if at < len(whole.lines[0]) {
			if !errors.Is(err, ErrJournal) {
				t.Error(err)
			}
			return
		}
		if err != nil {
			t.Error(err)
		} else if result := decode(t, end); result.Confirmed != 60 || result.Removed > 60 {
			t.Errorf("%+v", result)
		}
	}
	for at := 0; at < len(text); at += 1 + len(text)/50 {
		t.Run(fmt.Sprint("cut at ", at), func(t *testing.T) { try(t, text[:at], at) })
		flipped := bytes.Clone(text)
		flipped[at] ^= 1
		t.Run(fmt.Sprint("flipped at ", at), func(t *testing.T) { try(t, flipped, at) })
	}
}

func TestAFileThatIsWholeIsResumedWithoutDoubt(t *testing.T) {
	host := removeContacts(t)
	server := &removing{gone: map[string]bool{}}
	url := serve(t, server.ServeHTTP)
	lines := record(t, host, url).lines[:1]
	path := filepath.Join(t.TempDir(), "run.journal")
	journal, err := CreateJournal(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := journal.Append(lines[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenJournal(path); !errors.Is(err, ErrJournal) || !strings.Contains(err.Error(), "another run") {
		t.Error("it is locked: ", err)
	}
	if err := journal.Close(); err != nil {
		t.Fatal(err)
	}
	server.gone = map[string]bool{}
	if journal, err = OpenJournal(path); err != nil {
		t.Fatal(err)
	}
	end, err := host.Resume(t.Context(), journal, RunControl{Connections: connectionsTo("skipcall", url)})
	if err != nil {
		t.Fatal(err)
	}
	if result := decode(t, end); result.Removed != 60 || !result.RemovedExact {
		t.Errorf("%+v", result)
	}
	if err := journal.Remove(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("it is still there")
	}
}

func TestAJournalThatOthersCanReadIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.journal")
	if err := os.WriteFile(path, []byte("{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenJournal(path); !errors.Is(err, ErrJournal) || !strings.Contains(err.Error(), "0600") {
		t.Error(err)
	}
	link := path + ".link"
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenJournal(link); !errors.Is(err, ErrJournal) {
		t.Error(err)
	}
}

func TestAJournalOfSomethingElseIsRefused(t *testing.T) {
	host := removeContacts(t)
	url := serve(t, (&removing{gone: map[string]bool{}}).ServeHTTP)
	whole := record(t, host, url)
	for _, secret := range []string{testKey, "sk_"} {
		if strings.Contains(string(bytes.Join(whole.lines, nil)), secret) {
			t.Error("the key is in the journal")
		}
	}
	refused := func(why string, host *Host, lines [][]byte, connections map[string]Connection) {
		t.Helper()
		_, err := host.Resume(t.Context(), &memoryJournal{lines: lines}, RunControl{Connections: connections})
		if !errors.Is(err, ErrJournal) || !strings.Contains(err.Error(), why) {
			t.Error(why, err)
		}
	}
	here := connectionsTo("skipcall", url)
	refused("another server", host, whole.lines, connectionsTo("skipcall", "http://127.0.0.1:1"))
	refused("another key", host, whole.lines, map[string]Connection{"skipcall": {BaseURL: url, Secret: "sk_test_another"}})
	refused("another key", host, whole.lines, map[string]Connection{"skipcall": {BaseURL: url}})
	refused("another module", New(compileFile(t, moduleFiles["emscripten"]), Options{}), whole.lines, here)
	refused("is empty", host, nil, here)
	refused("older version", host, [][]byte{[]byte("SKIPJRN1…")}, here)
	refused("not a journal", host, [][]byte{[]byte(`{"a":1}`)}, here)
	refused("of format 2", host, [][]byte{[]byte(`{"journal":2}`)}, here)
	refused("first line is damaged", host, [][]byte{[]byte(`{"journal":1}`)}, here)
	_, err := host.Run(t.Context(), RunOptions{Action: "remove_contacts", Journal: whole, RunControl: RunControl{Connections: here}})
	if !errors.Is(err, ErrJournal) {
		t.Error(err)
	}
	// An event of another run, with sums that are right.
	var sums lineSums
	sums.take(whole.lines[0])
	late := event{kind: eventLost, now: 1, exchange: 9}
	refused("behaves differently", host, [][]byte{whole.lines[0], sums.close(late.line())}, here)
}

func TestAnEventThatCannotBeWrittenIsNotDelivered(t *testing.T) {
	server := &removing{gone: map[string]bool{}}
	url := serve(t, server.ServeHTTP)
	_, err := removeContacts(t).Run(t.Context(), RunOptions{Action: "remove_contacts", Input: jsonOf(t, journalled),
		Journal: &memoryJournal{failsAt: 3}, RunControl: RunControl{Connections: connectionsTo("skipcall", url)}})
	if !errors.Is(err, errStore) || server.requests != 1 {
		t.Error(err, server.requests)
	}
}

func TestTimeGoesOnFromTheJournals(t *testing.T) {
	host := removeContacts(t)
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{"removed":20}`)
	})
	lines := record(t, host, url).lines[:1]
	var sums lineSums
	sums.take(lines[0])
	later := uint64(time.Now().Add(time.Hour).UnixMilli())
	journal := &memoryJournal{lines: [][]byte{lines[0], sums.close(event{kind: eventWake, now: later}.line())}, keepsAll: true}
	if _, err := host.Resume(t.Context(), journal, RunControl{Connections: connectionsTo("skipcall", url)}); err != nil {
		t.Fatal(err)
	}
	for _, line := range journal.lines[2:] {
		if e, err := readEvent(parseObject(line)); err != nil || e.now < later || e.now > later+60_000 {
			t.Error(string(line), err)
		}
	}
}

func TestLinesAreTheSameInEveryHost(t *testing.T) {
	e := event{kind: eventResponse, now: 1, exchange: 2, announced: "00000000", response: &response{status: 200, err: 6, flags: 2,
		headers: []byte("A: \xff\r\nB: <&>\r\n"), body: []byte("\"\\\b\f\n\r\t\x1f\x7f\u2028é</")}}
	line := `{"event":"response","now":1,"exchange":2,"status":200,"error":6,"flags":2,"headers":[["A",{"base64":"/w=="}],` +
		`["B","<&>"]],"body":"\"\\\b\f\n\r\t\u001f` + "\x7f\u2028" + `é</","announced":"00000000"}`
	if string(e.line()) != line {
		t.Errorf("%s\n%s", e.line(), line)
	}
	read, err := readEvent(parseObject([]byte(line)))
	if err != nil || !bytes.Equal(read.line(), e.line()) {
		t.Error(err, string(read.line()))
	}
	var sums lineSums
	if closed := sums.close([]byte(`{"end":true}`)); string(closed) != `{"end":true,"sum":"2c0d3ea9"}` {
		t.Errorf("%s", closed)
	}
}

func TestKeyFingerprintIsTheOneThatAllHostsMake(t *testing.T) {
	var sample struct {
		Connections []struct {
			ID     string
			Fields []string
			Values map[string]string
		}
		Salt, Fingerprint string
	}
	text, err := os.ReadFile("../../tests/vectors/journal_key.json")
	if err != nil || json.Unmarshal(text, &sample) != nil {
		t.Fatal(err)
	}
	guards := map[string]*guard{}
	for _, each := range sample.Connections {
		declared := ManifestConnection{ID: each.ID}
		isSecret := false
		for _, name := range each.Fields {
			declared.Fields = append(declared.Fields, ManifestField{Name: name, Secret: &isSecret})
			declared.Headers = append(declared.Headers, Header{"X-" + name, "{" + name + "}"})
		}
		guards[each.ID], err = newGuard(&declared, Connection{BaseURL: "https://example.com", Fields: each.Values})
		if err != nil {
			t.Fatal(err)
		}
	}
	salt, err := hex.DecodeString(sample.Salt)
	if made := fingerprint(allValues(guards), salt); err != nil || made != sample.Fingerprint {
		t.Error(made, err)
	}
}
