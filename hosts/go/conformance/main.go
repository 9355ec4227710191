// Command conformance is the adapter by which abi/conformance judges this host.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	actionhost "github.com/skipcall-action/skipcall-action/hosts/go"
)

// The exits of abi/conformance/README.md.
const (
	exitUsage      = 2
	exitRefused    = 3
	exitDead       = 4
	exitConnection = 5
)

var capabilities = map[string]any{
	"host":    "hosts/go",
	"version": "0.9.0",
	"cannot": map[string]string{
		"header-order": "net/http sorts the headers of a request",
		"http2":        "net/http's own HTTP/2 shows nothing of what is on the wire",
	},
}

// pairs collects options of the form KEY=VALUE.
type pairs [][2]string

func (p *pairs) String() string { return "" }

func (p *pairs) Set(text string) error {
	key, value, found := strings.Cut(text, "=")
	if !found {
		return errors.New("expected KEY=VALUE")
	}
	*p = append(*p, [2]string{key, value})
	return nil
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "--capabilities" {
		_ = json.NewEncoder(os.Stdout).Encode(capabilities)
		return
	}
	if len(os.Args) < 2 || os.Args[1] != "run" {
		fmt.Fprintln(os.Stderr, "usage: conformance --capabilities | run OPTIONS")
		os.Exit(exitUsage)
	}
	if err := run(os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitOf(err))
	}
}

func exitOf(err error) int {
	switch {
	case errors.Is(err, actionhost.ErrNotWasm), errors.Is(err, actionhost.ErrWrongABI), errors.Is(err, actionhost.ErrJournal):
		return exitRefused
	case errors.Is(err, actionhost.ErrTrap), errors.Is(err, actionhost.ErrOutOfTime), errors.Is(err, actionhost.ErrNoMemory):
		return exitDead
	case errors.Is(err, actionhost.ErrConnection):
		return exitConnection
	default:
		return exitUsage
	}
}

func run(arguments []string) error {
	flags := flag.NewFlagSet("run", flag.ExitOnError)
	module := flags.String("module", "", "the module")
	action := flags.String("action", "", "the action's export")
	input := flags.String("input", "", "the file with the input")
	journal := flags.String("journal", "", "the run's journal")
	var baseURLs, secrets pairs
	flags.Var(&baseURLs, "base-url", "ID=URL")
	flags.Var(&secrets, "secret", "ID.FIELD=VARIABLE")
	_ = flags.Parse(arguments) // ends the process if it fails

	wasm, err := os.ReadFile(*module)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(*input)
	if err != nil {
		return err
	}
	connections := map[string]actionhost.Connection{}
	for _, pair := range baseURLs {
		connections[pair[0]] = actionhost.Connection{BaseURL: pair[1], Fields: map[string]string{}}
	}
	for _, pair := range secrets {
		id, field, _ := strings.Cut(pair[0], ".")
		connection, found := connections[id]
		if !found {
			return fmt.Errorf("%s has no base URL", id)
		}
		connection.Fields[field] = os.Getenv(pair[1])
	}
	compiled, err := actionhost.Compile(context.Background(), wasm, actionhost.ModuleOptions{CallTimeout: 8 * time.Second})
	if err != nil {
		return err
	}
	host := actionhost.New(compiled, actionhost.Options{})
	ctx, stop := controls()
	control := actionhost.RunControl{Connections: connections, Stop: stop}
	end, err := start(ctx, host, *journal, actionhost.RunOptions{RunControl: control, Action: *action, Input: text})
	if end == nil {
		return err
	}
	_, err = os.Stdout.Write(end.Result)
	return err
}

// start runs, or resumes if there is a journal.
func start(ctx context.Context, host *actionhost.Host, path string, options actionhost.RunOptions) (*actionhost.RunEnd, error) {
	if path == "" {
		return host.Run(ctx, options)
	}
	open := actionhost.CreateJournal
	_, err := os.Stat(path)
	isThere := err == nil
	if isThere {
		open = actionhost.OpenJournal
	}
	journal, err := open(path)
	if err != nil {
		return nil, err
	}
	if isThere {
		return host.Resume(ctx, journal, options.RunControl)
	}
	options.Journal = journal
	return host.Run(ctx, options)
}

// controls reads standard input: a line "cancel" ends the context, "stop" closes the channel.
func controls() (context.Context, <-chan struct{}) {
	ctx, cancel := context.WithCancel(context.Background())
	stop := make(chan struct{})
	go func() {
		isStopped := false
		lines := bufio.NewScanner(os.Stdin)
		for lines.Scan() {
			switch lines.Text() {
			case "cancel":
				cancel()
			case "stop":
				if !isStopped {
					close(stop)
				}
				isStopped = true
			}
		}
	}()
	return ctx, stop
}
