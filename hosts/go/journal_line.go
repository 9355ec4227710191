package actionhost

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"
	"unicode/utf8"
)

// The lines of a journal, as abi/JOURNAL.md describes them. They are the same in every host, byte for byte, so they are
// not left to encoding/json, which escapes more than it has to.

type eventKind string

const (
	eventWake     eventKind = "wake"
	eventResponse eventKind = "response"
	eventLost     eventKind = "lost"
	eventCancel   eventKind = "cancel"
	eventGap      eventKind = "gap" // not an event of the run: some may be missing there
)

// event is what the host delivers to a run.
type event struct {
	kind     eventKind
	now      uint64
	exchange uint32    // of response and lost
	response *response // of response
	// announced is the digest of all that the module had announced before; empty: it is not compared.
	announced string
}

// runRequest is what a run is, besides its events.
type runRequest struct {
	action string
	input  []byte
	flags  uint32
	seed   uint64
}

// lineWriter writes one object, member by member.
type lineWriter struct{ text []byte }

func (w *lineWriter) name(name string) {
	separator := byte(',')
	if len(w.text) == 0 {
		separator = '{'
	}
	w.text = append(w.text, separator, '"')
	w.text = append(w.text, name...)
	w.text = append(w.text, '"', ':')
}

func (w *lineWriter) number(name string, value uint64) {
	w.name(name)
	w.text = strconv.AppendUint(w.text, value, 10)
}

func (w *lineWriter) string(name, value string) {
	w.name(name)
	w.text = appendString(w.text, value)
}

func (w *lineWriter) bytes(name string, value []byte) {
	w.name(name)
	w.text = appendBytes(w.text, value)
}

func (w *lineWriter) headers(name string, block []byte) {
	w.name(name)
	w.text = append(w.text, '[')
	headers, _ := readHeaderBlock(block)
	for at, header := range headers {
		if at > 0 {
			w.text = append(w.text, ',')
		}
		w.text = appendBytes(append(w.text, '['), []byte(header.Name))
		w.text = appendBytes(append(w.text, ','), []byte(header.Value))
		w.text = append(w.text, ']')
	}
	w.text = append(w.text, ']')
}

func (w *lineWriter) close() []byte { return append(w.text, '}') }

func appendBytes(text, value []byte) []byte {
	if utf8.Valid(value) {
		return appendString(text, string(value))
	}
	text = append(text, `{"base64":"`...)
	text = base64.StdEncoding.AppendEncode(text, value)
	return append(text, `"}`...)
}

var shortEscapes = map[byte]byte{'\b': 'b', '\t': 't', '\n': 'n', '\f': 'f', '\r': 'r', '"': '"', '\\': '\\'}

func appendString(text []byte, value string) []byte {
	text = append(text, '"')
	for at := range len(value) {
		c := value[at]
		if short, ok := shortEscapes[c]; ok {
			text = append(text, '\\', short)
		} else if c < 0x20 {
			text = fmt.Appendf(text, `\u%04x`, c)
		} else {
			text = append(text, c)
		}
	}
	return append(text, '"')
}

func (e event) line() []byte {
	var w lineWriter
	w.string("event", string(e.kind))
	w.number("now", e.now)
	if e.kind == eventResponse || e.kind == eventLost {
		w.number("exchange", uint64(e.exchange))
	}
	if e.kind == eventResponse {
		w.number("status", uint64(e.response.status))
		w.number("error", uint64(e.response.err))
		w.number("flags", uint64(e.response.flags))
		w.headers("headers", e.response.headers)
		w.bytes("body", e.response.body)
	}
	if e.announced != "" {
		w.string("announced", e.announced)
	}
	return w.close()
}

// journalBytes are a string, or an object with base64.
type journalBytes []byte

func (b *journalBytes) UnmarshalJSON(text []byte) error {
	if text[0] == '"' {
		var value string
		err := json.Unmarshal(text, &value)
		*b = journalBytes(value)
		return err
	}
	var value struct {
		Base64 *string `json:"base64"`
	}
	if err := json.Unmarshal(text, &value); err != nil || value.Base64 == nil {
		return errors.New("no bytes")
	}
	decoded, err := base64.StdEncoding.Strict().DecodeString(*value.Base64)
	*b = decoded
	return err
}

// parseObject reads the members of a line. nil: it is not a JSON object in UTF-8.
func parseObject(line []byte) map[string]json.RawMessage {
	var members map[string]json.RawMessage
	if !utf8.Valid(line) || json.Unmarshal(line, &members) != nil {
		return nil
	}
	return members
}

func readEvent(members map[string]json.RawMessage) (e event, err error) {
	read := func(name string, into any) {
		text, found := members[name]
		if !found {
			err = errors.Join(err, fmt.Errorf("no member %s", name))
		} else {
			err = errors.Join(err, json.Unmarshal(text, into))
		}
	}
	read("event", &e.kind)
	read("now", &e.now)
	if _, found := members["announced"]; found {
		read("announced", &e.announced)
	}
	switch e.kind {
	case eventWake, eventCancel, eventGap:
	case eventLost:
		read("exchange", &e.exchange)
	case eventResponse:
		read("exchange", &e.exchange)
		var headers [][]journalBytes
		var body *journalBytes
		e.response = &response{}
		read("status", &e.response.status)
		read("error", &e.response.err)
		read("flags", &e.response.flags)
		read("headers", &headers)
		read("body", &body)
		if body == nil || headers == nil {
			return e, errors.New("no headers or body")
		}
		e.response.body = *body
		for _, pair := range headers {
			if len(pair) != 2 {
				return e, errors.New("a header is not a pair")
			}
			e.response.headers = fmt.Appendf(e.response.headers, "%s: %s\r\n", pair[0], pair[1])
		}
	default:
		return e, errors.New("not an event of this format")
	}
	return e, err
}

const (
	sumBegin = `,"sum":"`
	sumSize  = len(sumBegin) + 8 + len(`"}`)
)

// lineSums adds sums to lines, and checks those of lines that are read. Each covers the lines before it.
type lineSums struct{ last string }

func (s lineSums) of(text []byte) string {
	sum := crc32.Update(crc32.ChecksumIEEE([]byte(s.last)), crc32.IEEETable, text)
	return fmt.Sprintf("%08x", sum)
}

// close gives an object its sum.
func (s *lineSums) close(object []byte) []byte {
	text := object[:len(object)-1]
	s.last = s.of(text)
	return append(append(bytes.Clone(text), sumBegin+s.last...), `"}`...)
}

// isRight says whether a line has the right sum here.
func (s lineSums) isRight(line []byte) bool {
	if len(line) < sumSize {
		return false
	}
	text := line[:len(line)-sumSize]
	return string(line[len(text):]) == sumBegin+s.of(text)+`"}`
}

// take counts a line with the right sum.
func (s *lineSums) take(line []byte) bool {
	if !s.isRight(line) {
		return false
	}
	s.last = string(line[len(line)-10 : len(line)-2])
	return true
}

// endLine is the end of a journal in a file, which the next line replaces.
func endLine(line []byte) []byte {
	sums := lineSums{string(line[len(line)-10 : len(line)-2])}
	return sums.close([]byte(`{"end":true}`))
}
