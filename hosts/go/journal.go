package actionhost

import (
	"bytes"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Journal keeps the events of a run, so that it can be resumed after a crash: [FileJournal], or a store of the
// caller's.
type Journal interface {
	// Lines returns the lines that are there, in order and without line feeds; none: a new run.
	Lines() [][]byte
	// Append keeps one more. The event is delivered when it returns, so by then the line must be safe from a crash.
	Append(line []byte) error
	// Cut keeps only the first count lines; those after them are damaged. Append follows.
	Cut(count int) error
	// KeepsAll says that every appended line is returned, as by a database. A file may have been truncated: without an end
	// line, a resumed run treats each request as one that may have been sent before.
	KeepsAll() bool
}

const (
	journalFormat = 1
	startAnew     = "send the input, or the rest of it, again"
	keyRounds     = 10_000
)

// journalKey is a fingerprint of the keys, so that a run is not resumed with others.
type journalKey struct {
	Salt        string `json:"salt"`
	Fingerprint string `json:"fingerprint"`
}

func fingerprint(values string, salt []byte) string {
	sum, err := pbkdf2.Key(sha256.New, values, salt, keyRounds, 32)
	if err != nil {
		return ""
	}
	return hex.EncodeToString(sum)
}

type journalHead struct {
	request     runRequest
	module      string
	connections map[string]string
	key         *journalKey
}

func newHead(r runRequest, module *Module, guards map[string]*guard) journalHead {
	head := journalHead{request: r, module: module.digest, connections: connectionsOf(guards)}
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails
	head.key = &journalKey{hex.EncodeToString(salt), fingerprint(allValues(guards), salt)}
	return head
}

func connectionsOf(guards map[string]*guard) map[string]string {
	urls := map[string]string{}
	for id, guard := range guards {
		urls[id] = guard.baseURL
	}
	return urls
}

// allValues is what a fingerprint is made of: the values of all fields of all connections.
func allValues(guards map[string]*guard) string {
	var values []string
	for _, id := range slices.Sorted(maps.Keys(guards)) {
		values = append(values, guards[id].values...)
	}
	return strings.Join(values, "\n")
}

func (h journalHead) line() []byte {
	var w lineWriter
	w.number("journal", journalFormat)
	w.string("module", h.module)
	w.string("action", h.request.action)
	w.bytes("input", h.request.input)
	w.number("flags", uint64(h.request.flags))
	w.string("seed", strconv.FormatUint(h.request.seed, 10))
	if len(h.connections) > 0 {
		var urls lineWriter
		for _, id := range slices.Sorted(maps.Keys(h.connections)) {
			urls.string(id, h.connections[id])
		}
		w.name("connections")
		w.text = append(w.text, urls.close()...)
	}
	if h.key != nil {
		var key lineWriter
		key.string("salt", h.key.Salt)
		key.string("fingerprint", h.key.Fingerprint)
		w.name("key")
		w.text = append(w.text, key.close()...)
	}
	return w.close()
}

func refuseJournal(why string) error { return fail(ErrJournal, "%s", why) }

func readHead(line []byte, sums *lineSums) (head journalHead, err error) {
	begin := []byte(`{"journal":`)
	if bytes.HasPrefix(line, []byte("SKIPJRN1")) {
		return head, refuseJournal("it was written by an older version; " + startAnew)
	}
	if !bytes.HasPrefix(line, begin[:min(len(begin), len(line))]) {
		return head, refuseJournal("it is not a journal")
	}
	members := parseObject(line)
	if format, found := members["journal"]; found && string(format) != strconv.Itoa(journalFormat) {
		return head, refuseJournal("it is of format " + string(format) + ", written by another version; resume it with that one")
	}
	if members == nil || !sums.take(line) {
		return head, refuseJournal("its first line is damaged, cut off or without a checksum; " + startAnew)
	}
	var seed string
	var input *journalBytes
	isRead := true
	for name, into := range map[string]any{"module": &head.module, "action": &head.request.action, "input": &input,
		"flags": &head.request.flags, "seed": &seed} {
		isRead = isRead && json.Unmarshal(members[name], into) == nil
	}
	for name, into := range map[string]any{"connections": &head.connections, "key": &head.key} {
		text, found := members[name]
		isRead = isRead && (!found || json.Unmarshal(text, into) == nil)
	}
	head.request.seed, err = strconv.ParseUint(seed, 10, 64)
	if !isRead || err != nil || input == nil {
		return head, refuseJournal("its first line is damaged; " + startAnew)
	}
	head.request.input = *input
	return head, nil
}

// check says whether a run may be resumed here.
func (h journalHead) check(module *Module, guards map[string]*guard) error {
	if h.module != module.digest {
		return refuseJournal("the run began with another module file")
	}
	if !maps.Equal(h.connections, connectionsOf(guards)) {
		urls := slices.Sorted(maps.Values(h.connections))
		return refuseJournal("the run began with another server: " + strings.Join(urls, ", "))
	}
	if h.key == nil {
		return nil
	}
	salt, err := hex.DecodeString(h.key.Salt)
	if err != nil || fingerprint(allValues(guards), salt) != h.key.Fingerprint {
		return refuseJournal("the run began with another key")
	}
	return nil
}

// journalText is the content of a journal.
type journalText struct {
	head    journalHead
	events  []event
	sums    lineSums // after the last line that counts
	count   int      // lines that count; the rest are to be cut off
	isWhole bool     // otherwise events may be missing after the last one
}

func readJournal(journal Journal) (*journalText, error) {
	lines := journal.Lines()
	if len(lines) == 0 {
		return nil, refuseJournal("it is empty; " + startAnew)
	}
	text := &journalText{count: 1}
	var err error
	if text.head, err = readHead(lines[0], &text.sums); err != nil {
		return nil, err
	}
	for at, line := range lines {
		if at == 0 {
			continue
		}
		members := parseObject(line)
		if members == nil {
			break
		}
		if _, isEnd := members["end"]; isEnd {
			text.isWhole = text.sums.isRight(line) && at == len(lines)-1 // one that others follow says nothing about them
			continue
		}
		if !text.sums.isRight(line) {
			break
		}
		if _, isEvent := members["event"]; isEvent {
			e, err := readEvent(members)
			if err != nil {
				break
			}
			text.events = append(text.events, e)
		}
		text.sums.take(line)
		text.count = at + 1
	}
	text.isWhole = text.isWhole || (journal.KeepsAll() && text.count == len(lines))
	return text, nil
}
