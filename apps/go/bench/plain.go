package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// The same work as one would write it in Go without the module: ids checked and deduplicated, requests of 100 by six
// workers, each id accounted for. It retries nothing and knows no rate limit.

const (
	batchSize   = 100
	concurrency = 6
)

type account struct {
	Status                                                             string
	Requested, Invalid, Duplicates, Unique, Confirmed, Removed, Unsent int
	Requests                                                           int
	Remaining                                                          []removal
}

type batch struct {
	sequence string
	ids      []string
}

func isUUID(id string) bool {
	if len(id) != 36 {
		return false
	}
	for at := range len(id) {
		c := id[at]
		isDash := at == 8 || at == 13 || at == 18 || at == 23
		isHex := c >= '0' && c <= '9' || c >= 'a' && c <= 'f'
		if isDash != (c == '-') || !isDash && !isHex {
			return false
		}
	}
	return true
}

func plain(ctx context.Context, client *http.Client, baseURL, key string, text []byte) (*account, error) {
	var input removalInput
	if err := json.Unmarshal(text, &input); err != nil {
		return nil, err
	}
	result := &account{Status: "completed"}
	var batches []batch
	for _, removal := range input.Removals {
		seen := make(map[string]struct{}, len(removal.ContactIDs))
		var ids []string
		for _, id := range removal.ContactIDs {
			result.Requested++
			id = strings.ToLower(strings.TrimSpace(id))
			if !isUUID(id) {
				result.Invalid++
				continue
			}
			if _, isKnown := seen[id]; isKnown {
				result.Duplicates++
				continue
			}
			seen[id] = struct{}{}
			ids = append(ids, id)
		}
		result.Unique += len(ids)
		for len(ids) > 0 {
			size := min(batchSize, len(ids))
			batches = append(batches, batch{removal.SequenceID, ids[:size]})
			ids = ids[size:]
		}
	}
	var group sync.WaitGroup
	var mutex sync.Mutex
	work := make(chan batch)
	for range concurrency {
		group.Go(func() {
			for b := range work {
				removed, err := remove(ctx, client, baseURL, key, b)
				mutex.Lock()
				result.Requests++
				if err != nil {
					result.Status = "partial"
					result.Remaining = append(result.Remaining, removal{b.sequence, b.ids})
				} else {
					result.Confirmed += len(b.ids)
					result.Removed += removed
				}
				mutex.Unlock()
			}
		})
	}
	for _, b := range batches {
		work <- b
	}
	close(work)
	group.Wait()
	_, err := json.Marshal(result)
	return result, err
}

func remove(ctx context.Context, client *http.Client, baseURL, key string, b batch) (int, error) {
	body, err := json.Marshal(map[string]any{"contactIds": b.ids})
	if err != nil {
		return 0, err
	}
	target := baseURL + "/v1/sequences/" + url.PathEscape(b.sequence) + "/contacts"
	request, err := http.NewRequestWithContext(ctx, http.MethodDelete, target, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Authorization", "Bearer "+key)
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err
	}
	if response.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("status %d", response.StatusCode)
	}
	var removed struct{ Removed int }
	err = json.Unmarshal(text, &removed)
	return removed.Removed, err
}
