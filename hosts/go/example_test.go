package actionhost_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"

	actionhost "github.com/skipcall-action/skipcall-action/hosts/go"
)

// ExampleHost_Run runs the action against a server that removes everybody it is asked to remove.
func ExampleHost_Run() {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{"removed":2}`)
	}))
	defer api.Close()

	ctx := context.Background()
	module, err := actionhost.Load(ctx, os.DirFS("../../build/wasm"), "remove_contacts.wasm", actionhost.ModuleOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer module.Close(ctx)
	host := actionhost.New(module, actionhost.Options{})
	defer host.Close()

	end, err := host.Run(ctx, actionhost.RunOptions{
		Action: "remove_contacts",
		Input: []byte(`{"sequenceId": "spring", "contactIds":
			["123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174001"]}`),
		RunControl: actionhost.RunControl{
			Connections: map[string]actionhost.Connection{"skipcall": {BaseURL: api.URL, Secret: "sk_test_0123456789"}},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var result struct {
		Status             string
		Confirmed, Removed int
	}
	if err := end.Decode(&result); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Status, result.Confirmed, "confirmed", result.Removed, "removed")
	// Output: completed 2 confirmed 2 removed
}

// ExampleReadManifest shows what a module says about itself, without compiling or running it.
func ExampleReadManifest() {
	wasm, err := os.ReadFile("../../build/wasm/remove_contacts.wasm")
	if err != nil {
		fmt.Println(err)
		return
	}
	manifest, err := actionhost.ReadManifest(wasm)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(manifest.Title, manifest.Actions[0].Export, manifest.Connections[0].ID)
	// Output: Skipcall remove_contacts skipcall
}
