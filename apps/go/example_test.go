package removecontacts_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	removecontacts "github.com/skipcall-action/skipcall-action/apps/go"
)

// ExampleRemove runs against a server that removes everybody it is asked to remove. Without a BaseURL it would be
// Skipcall's.
func ExampleRemove() {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{"removed":2}`)
	}))
	defer api.Close()

	result, err := removecontacts.Remove(context.Background(), removecontacts.RemovalInput{
		SequenceID: "spring",
		ContactIDs: []string{"123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174001"},
	}, removecontacts.Options{APIKey: "sk_test_0123456789", BaseURL: api.URL})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Status, result.Confirmed, "confirmed", result.Removed, "removed")
	// Output: completed 2 confirmed 2 removed
}
