// Package actionhost runs actions that were compiled to WebAssembly for the action ABI.
// The module is a state machine that performs no I/O: it announces requests, and receives responses. This package
// checks a module before it runs, gives each run its own instance, sends the requests with net/http, and keeps the key
// to itself. It is pure Go, on wazero.
//
//	module, err := actionhost.Load(ctx, os.DirFS("."), "remove_contacts.wasm", actionhost.ModuleOptions{})
//	host := actionhost.New(module, actionhost.Options{})
//	end, err := host.Run(ctx, actionhost.RunOptions{
//		Action: "remove_contacts",
//		Input:  input,
//		RunControl: actionhost.RunControl{
//			Connections: map[string]actionhost.Connection{"skipcall": {BaseURL: baseURL, Secret: key}},
//		},
//	})
//
// Read drive.go first: it is the whole loop.
package actionhost
