package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
)

const sequences = 4

type removalInput struct {
	Removals []removal `json:"removals"`
}

type removal struct {
	SequenceID string   `json:"sequenceId"`
	ContactIDs []string `json:"contactIds"`
}

// makeInput gives what both sides get: ids in four sequences, 5 % duplicates, some in capitals, as JSON.
func makeInput(count int) []byte {
	random := rand.New(rand.NewPCG(1, 1))
	lists := make([][]string, sequences)
	for at := range count {
		list := &lists[at%sequences]
		if at%20 == 19 {
			*list = append(*list, (*list)[random.IntN(len(*list))])
			continue
		}
		a, b := random.Uint64(), random.Uint64()
		id := fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>48&0xfff, b&0xffffffffffff)
		if at%10 == 0 {
			id = strings.ToUpper(id)
		}
		*list = append(*list, id)
	}
	var input removalInput
	for at, list := range lists {
		input.Removals = append(input.Removals, removal{fmt.Sprint("sequence-", at), list})
	}
	text, _ := json.Marshal(input) // strings alone
	return text
}
