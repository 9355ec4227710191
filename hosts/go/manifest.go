package actionhost

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"unicode/utf8"
)

// Manifest is what a module says about itself, as far as a host needs it. plugin-manifest/README.md describes all
// members; JSON has them.
type Manifest struct {
	ABIVersion  string               `json:"abiVersion"`
	ID          string               `json:"id"`
	Version     string               `json:"version"`
	Title       string               `json:"title"`
	Description string               `json:"description"`
	Actions     []ManifestAction     `json:"actions"`
	Connections []ManifestConnection `json:"connections"`
	// JSON is the whole manifest as it is in the module.
	JSON json.RawMessage `json:"-"`
}

// ManifestAction is an action of a module.
type ManifestAction struct {
	// Export is the name by which [Host.Run] starts it.
	Export      string `json:"export"`
	Title       string `json:"title"`
	Description string `json:"description"`
}

// ManifestConnection is a server that a module calls, and the credential that it needs.
type ManifestConnection struct {
	// ID is the name that requests use.
	ID string `json:"id"`
	// BaseURL is the module's proposal. The host uses only the one that the caller gives.
	BaseURL string          `json:"baseUrl"`
	Title   string          `json:"title"`
	Fields  []ManifestField `json:"fields"`
	// Headers are sent with each request, in this order; {name} stands for the value of a field.
	Headers Headers `json:"headers"`
}

// ManifestField is what a person fills in.
type ManifestField struct {
	Name        string `json:"name"`
	Title       string `json:"title"`
	Description string `json:"description"`
	// Pattern is an ECMA-262 regular expression that a value has to match.
	Pattern string `json:"pattern"`
	// Secret nil means true.
	Secret *bool `json:"secret"`
}

func (f ManifestField) isSecret() bool { return f.Secret == nil || *f.Secret }

// Headers are the templates of a connection, a JSON object whose order counts.
type Headers []Header

// Header is a name and a value.
type Header struct{ Name, Value string }

// UnmarshalJSON keeps the order, and duplicate members.
func (h *Headers) UnmarshalJSON(text []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return fmt.Errorf("its headers are not an object")
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return err
		}
		value, err := decoder.Token()
		if err != nil {
			return err
		}
		template, isText := value.(string)
		if !isText {
			return fmt.Errorf("one of its headers is not a string")
		}
		*h = append(*h, Header{name.(string), template})
	}
	return nil
}

var versionForm = regexp.MustCompile(`^(0|[1-9]\d{0,3})\.(0|[1-9]\d{0,3})$`)

// versionNumber gives "1.2" as action_abi_version has it.
func versionNumber(version string) (number uint32, ok bool) {
	parts := versionForm.FindStringSubmatch(version)
	if parts == nil {
		return 0, false
	}
	major, _ := strconv.Atoi(parts[1])
	minor, _ := strconv.Atoi(parts[2])
	return uint32(major)<<16 | uint32(minor), true
}

func parseManifest(text []byte) (*Manifest, error) {
	if !utf8.Valid(text) {
		return nil, fail(ErrWrongABI, "its manifest is not UTF-8")
	}
	// The version comes first: another major may mean something else by every other member.
	var head struct {
		ABIVersion *string `json:"abiVersion"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, fail(ErrWrongABI, "its manifest is not a JSON object of this format: %v", err)
	}
	if head.ABIVersion == nil {
		return nil, fail(ErrWrongABI, "its manifest names no version")
	}
	if number, ok := versionNumber(*head.ABIVersion); !ok || number>>16 != actionABIMajor {
		return nil, fail(ErrWrongABI, "it speaks version %s, and this host version %d", *head.ABIVersion, actionABIMajor)
	}
	manifest := Manifest{JSON: bytes.Clone(text)}
	if err := json.Unmarshal(text, &manifest); err != nil {
		return nil, fail(ErrWrongABI, "its manifest is not of this format: %v", err)
	}
	if len(manifest.Actions) == 0 {
		return nil, fail(ErrWrongABI, "its manifest names no action")
	}
	for _, action := range manifest.Actions {
		if action.Export == "" {
			return nil, fail(ErrWrongABI, "its manifest has an action without an export")
		}
	}
	for _, connection := range manifest.Connections {
		if connection.ID == "" {
			return nil, fail(ErrWrongABI, "its manifest has a connection without an id")
		}
		for _, field := range connection.Fields {
			if field.Name == "" {
				return nil, fail(ErrWrongABI, "its manifest has a field without a name in connection %s", connection.ID)
			}
		}
	}
	return &manifest, nil
}
