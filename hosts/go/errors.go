package actionhost

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// Why the host failed, as opposed to an action whose result says that it failed. Every error of this package matches
// one of these by [errors.Is], and is an [*Error].
var (
	// ErrNotWasm: the bytes are not a WebAssembly module, are truncated, or the engine refuses them.
	ErrNotWasm = errors.New("not a usable WebAssembly module")
	// ErrWrongABI: a module, but it does not speak this version of the ABI.
	ErrWrongABI = errors.New("the module does not speak this action ABI")
	// ErrTrap: the module trapped, or broke a rule of the ABI while running.
	ErrTrap = errors.New("the module failed")
	// ErrOutOfTime: a call into the module took too long and was stopped, or compiling it did.
	ErrOutOfTime = errors.New("the module took too long")
	// ErrNoMemory: the module has no memory for the input.
	ErrNoMemory = errors.New("the module has no memory for the input")
	// ErrConnection: a base URL, a key or a header template cannot be used.
	ErrConnection = errors.New("the connection cannot be used")
	// ErrJournal: the journal is damaged, in use, or belongs to another module, server or key.
	ErrJournal = errors.New("the journal cannot be used")
	// ErrUsage: the caller's own mistake, such as an action that the module does not have.
	ErrUsage = errors.New("wrong use")
)

// Error is the type of this package's errors. Its text is one line that is safe to print and holds no key.
type Error struct {
	// Fault is one of the Err variables of this package.
	Fault error
	// Progress is the last progress of a run that failed midway; nil if no run had begun. Requests that were open then may
	// have been carried out.
	Progress *Progress

	text  string
	cause error
}

func (e *Error) Error() string { return e.text }

// Unwrap returns the fault, and the cause if there is one.
func (e *Error) Unwrap() []error {
	if e.cause == nil {
		return []error{e.Fault}
	}
	return []error{e.Fault, e.cause}
}

const longestText = 2000 // a name that a module chose may be megabytes long

func fail(fault error, format string, values ...any) *Error {
	text := fmt.Sprintf(format, values...)
	if len(text) > longestText {
		text = text[:longestText] + "…"
	}
	return &Error{Fault: fault, text: harmless(fault.Error() + ": " + text)}
}

func failBy(fault, cause error, format string, values ...any) *Error {
	err := fail(fault, format, values...)
	err.cause = cause
	return err
}

// harmless makes text from a module or a server fit for one line of a message: it cannot control a terminal or hide
// nothing.
func harmless(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Cs, unicode.Zl, unicode.Zp) {
			return '?'
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
}
