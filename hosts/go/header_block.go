package actionhost

import (
	"bytes"
	"strings"
)

const longestHeaderBlock = 64 << 10

func isToken(name string) bool {
	const others = "!#$%&'*+-.^_`|~"
	for at := range len(name) {
		c := name[at]
		isPlain := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !isPlain && strings.IndexByte(others, c) < 0 {
			return false
		}
	}
	return name != ""
}

func trimSpace(value string) string { return strings.Trim(value, " \t") }

// readHeaderBlock gives the headers of a block; false: it is malformed (ABI.md, "Header blocks").
func readHeaderBlock(block []byte) ([]Header, bool) {
	if len(block) > longestHeaderBlock {
		return nil, false
	}
	var headers []Header
	for len(block) > 0 {
		line, rest, found := bytes.Cut(block, []byte("\r\n"))
		name, value, hasColon := strings.Cut(string(line), ":")
		if !found || !hasColon || !isToken(name) || strings.ContainsAny(value, "\r\n\x00") {
			return nil, false
		}
		headers = append(headers, Header{name, trimSpace(value)})
		block = rest
	}
	return headers, true
}

// writeHeaderBlock gives the block of a response's headers, without lines that cannot be in one. False: more than 64 KiB
// came, and the block ends before the line that did not fit.
func writeHeaderBlock(headers []Header) (block []byte, isWhole bool) {
	for _, header := range headers {
		value := trimSpace(header.Value)
		if !isToken(header.Name) || strings.ContainsAny(value, "\r\n\x00") {
			continue
		}
		if len(block)+len(header.Name)+len(value)+4 > longestHeaderBlock {
			return block, false
		}
		block = append(append(append(block, header.Name...), ": "...), value...)
		block = append(block, "\r\n"...)
	}
	return block, true
}
