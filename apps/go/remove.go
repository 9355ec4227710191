// Package removecontacts removes contacts from Skipcall sequences, thousands at a time.
//
// It is one call over the action module, which is embedded in this package: ids are checked, requests are paced by the
// API's rate limit, failures are retried, and the result accounts for every id.
//
//	result, err := removecontacts.Remove(ctx, removecontacts.RemovalInput{
//		SequenceID: "spring",
//		ContactIDs: ids,
//	}, removecontacts.Options{APIKey: key})
package removecontacts

import (
	"context"
	_ "embed" // the module
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"

	actionhost "github.com/skipcall-action/skipcall-action/hosts/go"
)

//go:generate cp ../../build/wasm/remove_contacts.wasm .

//go:embed remove_contacts.wasm
var wasm []byte

const (
	action     = "remove_contacts"
	connection = "skipcall"
)

// Options of a removal. Only APIKey is needed.
type Options struct {
	// APIKey is from Settings > API Keys. A dry run needs none.
	APIKey string
	// BaseURL defaults to Skipcall's API.
	BaseURL string
	// Stop ends the removal gently when it is closed: nothing new is sent, open requests may end, the account is exact.
	Stop <-chan struct{}
	// OnProgress is called after each event.
	OnProgress func(actionhost.Progress)
	// Journal is where the run is recorded, so that [Resume] can continue it after a crash.
	Journal actionhost.Journal
	// Transport has the proxy and the certificates to use; it is copied. Nil: the proxy from the environment.
	Transport *http.Transport
	// Logger logs each request at level debug.
	Logger *slog.Logger
}

// module is compiled once, at the first call; its calls have no time limit, since they are known to end.
var module = sync.OnceValues(func() (*actionhost.Module, error) {
	return actionhost.Compile(context.Background(), wasm, actionhost.ModuleOptions{UnstoppableCalls: true})
})

// Remove removes contacts from their sequences, to the end: it waits for rate windows and retries.
//
// The result accounts for every id; [RemovalResult.Err] says whether all are confirmed. When ctx is done, open requests
// are given up, and both the result and the cause are returned. For any other error there is no result, and contacts
// may have been removed. Running again is safe.
func Remove(ctx context.Context, input RemovalInput, options Options) (*RemovalResult, error) {
	// A list that is nil is empty, not missing.
	if input.SequenceID != "" && input.ContactIDs == nil {
		input.ContactIDs = []string{}
	}
	input.Removals = slices.Clone(input.Removals)
	for at := range input.Removals {
		if input.Removals[at].ContactIDs == nil {
			input.Removals[at].ContactIDs = []string{}
		}
	}
	text, err := json.Marshal(input)
	if err != nil {
		return nil, err
	}
	return options.run(func(host *actionhost.Host, control actionhost.RunControl) (*actionhost.RunEnd, error) {
		return host.Run(ctx, actionhost.RunOptions{Action: action, Input: text, Journal: options.Journal, RunControl: control})
	})
}

// Resume resumes a removal whose journal ends before it did, whichever host began it. It returns what [Remove] does.
func Resume(ctx context.Context, options Options) (*RemovalResult, error) {
	if options.Journal == nil {
		return nil, errors.New("removecontacts: there is no journal to resume")
	}
	return options.run(func(host *actionhost.Host, control actionhost.RunControl) (*actionhost.RunEnd, error) {
		return host.Resume(ctx, options.Journal, control)
	})
}

func (o Options) run(run func(*actionhost.Host, actionhost.RunControl) (*actionhost.RunEnd, error)) (*RemovalResult, error) {
	module, err := module()
	if err != nil {
		return nil, err
	}
	host := actionhost.New(module, actionhost.Options{Transport: o.Transport, Logger: o.Logger})
	defer host.Close()
	server := actionhost.Connection{BaseURL: o.BaseURL, Secret: o.APIKey}
	if server.BaseURL == "" {
		server.BaseURL = module.Manifest().Connections[0].BaseURL // the module is this package's own
	}
	end, runErr := run(host, actionhost.RunControl{
		Connections: map[string]actionhost.Connection{connection: server},
		Stop:        o.Stop,
		OnProgress:  o.OnProgress,
	})
	if end == nil {
		return nil, runErr
	}
	result := new(RemovalResult)
	if err := end.Decode(result); err != nil {
		return nil, err
	}
	return result, runErr
}

// Err is nil if all valid ids are confirmed, and otherwise says why not, in the words of the first of Errors.
func (r *RemovalResult) Err() error {
	if r.Status == "completed" {
		return nil
	}
	text := fmt.Sprintf("removecontacts: %s: %d of %d contacts are confirmed", r.Status, r.Confirmed, r.Unique)
	if len(r.Errors) > 0 {
		text += ": " + r.Errors[0].Message
	}
	return errors.New(text)
}

// Left returns what is unknown or was not sent, as the input of the next run.
func (r *RemovalResult) Left() []Removal {
	var left []Removal
	for _, removal := range r.Remaining.Removals {
		left = append(left, Removal{removal.SequenceID, removal.ContactIDs})
	}
	return left
}
