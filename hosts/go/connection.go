package actionhost

import (
	"log/slog"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Connection says which server a module's requests go to, and with which key. It prints without the key.
type Connection struct {
	// BaseURL is https, or http to localhost; without a query. The manifest's proposal is not used: a key goes only to a
	// server that the caller names.
	BaseURL string
	// Secret is the key of a connection with one field. Empty: each request gets NO_CREDENTIAL.
	Secret string
	// Fields are the values of a connection's fields by their names, if it has several.
	Fields map[string]string
}

// String leaves the key out.
func (c Connection) String() string { return "connection to " + harmless(hostOf(c.BaseURL)) }

// GoString leaves the key out.
func (c Connection) GoString() string { return c.String() }

// LogValue leaves the key out.
func (c Connection) LogValue() slog.Value { return slog.StringValue(c.String()) }

// A base URL may hold a password, which is refused, and must not be printed before that.
func hostOf(baseURL string) string {
	if parsed, err := url.Parse(baseURL); err == nil {
		return parsed.Host
	}
	return "?"
}

const (
	shortestSecret  = 8 // overwriting a shorter one would tear responses apart
	longestPattern  = 1000
	credentialField = `\{([A-Za-z_][A-Za-z0-9_]*)\}`
)

var (
	placeholder = regexp.MustCompile(credentialField)

	// Headers that only the host may set: credentials, framing, routing and what concerns one connection (RFC 9110, 7.6.1;
	// the Fetch standard's forbidden names).
	reservedHeaders = strings.Fields(`authorization cookie cookie2 set-cookie host content-length transfer-encoding
		connection te keep-alive trailer via upgrade expect date origin referer forwarded dnt x-forwarded-host
		x-forwarded-for x-forwarded-proto x-http-method-override x-http-method x-method-override http2-settings`)
	allowedMethods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}
)

func isReserved(name string) bool {
	plain := strings.ToLower(name)
	return slices.Contains(reservedHeaders, plain) || strings.HasPrefix(plain, "proxy-") ||
		strings.HasPrefix(plain, "sec-")
}

// guard is a connection that was checked: it decides what may be joined with its server and key (ABI.md, duties 9 to
// 13).
type guard struct {
	declared      *ManifestConnection
	baseURL       string // without a slash at the end
	server        *url.URL
	isLoopback    bool
	pathPrefix    string
	credential    []Header
	values        []string // of all fields, in the manifest's order
	hasCredential bool
	masks         []*keyMask
}

func newGuard(declared *ManifestConnection, given Connection) (*guard, error) {
	g := &guard{declared: declared}
	if err := g.checkBaseURL(given.BaseURL); err != nil {
		return nil, err
	}
	if err := g.checkHeaders(); err != nil {
		return nil, err
	}
	values, err := g.valuesOf(given)
	if err != nil {
		return nil, err
	}
	for _, header := range declared.Headers {
		value := placeholder.ReplaceAllStringFunc(header.Value, func(name string) string {
			return values[name[1:len(name)-1]]
		})
		g.credential = append(g.credential, Header{header.Name, value})
	}
	for _, value := range values {
		if len(value) >= shortestSecret {
			g.masks = append(g.masks, newKeyMask(value))
		}
	}
	if len(values) == 0 && len(given.Secret) >= shortestSecret {
		g.masks = append(g.masks, newKeyMask(given.Secret)) // there is no field for it, but responses may repeat it
	}
	return g, nil
}

// These errors do not repeat the URL: a user may have put a password into it.
func (g *guard) checkBaseURL(text string) error {
	refuse := func(why string) error { return fail(ErrConnection, "%s: %s", g.declared.ID, why) }
	switch {
	case text == "":
		return refuse("it has no base URL; the manifest's is a proposal, to be confirmed by whoever owns the key")
	case !isVisibleASCII(text) || strings.Contains(text, `\`):
		return refuse(`the base URL holds white space, \, control or non-ASCII characters`)
	case strings.ContainsAny(text, "?#"):
		return refuse("the base URL must not hold a query or fragment")
	}
	parsed, err := url.Parse(text)
	if err != nil || parsed.Hostname() == "" {
		return refuse("the base URL is not a URL; expected something like https://api.example.com")
	}
	g.isLoopback = isLoopback(parsed.Hostname())
	switch {
	case parsed.User != nil:
		return refuse("the base URL must not hold a user name or password")
	case parsed.Scheme != "https" && parsed.Scheme != "http":
		return refuse("the base URL must begin with https://")
	case parsed.Scheme == "http" && !g.isLoopback:
		return refuse("the base URL must begin with https://; plain http is for this machine (127.0.0.1, localhost) only")
	case !isPlainTarget(parsed.EscapedPath()) || strings.Contains(parsed.EscapedPath(), "//") ||
		hasDotSegment(parsed.EscapedPath()):
		return refuse("the base URL must not hold empty or dot segments")
	}
	g.baseURL = strings.TrimSuffix(text, "/")
	g.server = parsed
	g.pathPrefix = strings.TrimSuffix(parsed.EscapedPath(), "/") + "/"
	return nil
}

// isLoopback accepts localhost, 127.0.0.0/8 and ::1. To Go, short forms of addresses are not addresses.
func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || (err == nil && address.IsLoopback() && !address.Is4In6())
}

func (g *guard) checkHeaders() error {
	id := g.declared.ID
	names := map[string]bool{}
	for _, header := range g.declared.Headers {
		plain := strings.ToLower(header.Name)
		if !isToken(header.Name) || header.Value == "" || strings.ContainsFunc(header.Value, func(r rune) bool {
			return r < 0x20 || r > 0x7e
		}) {
			return fail(ErrConnection, `a header of %s is not of the form "Name": "text {field}"`, id)
		}
		if isReserved(plain) && plain != "authorization" {
			return fail(ErrConnection, "%s wants to set the header %s, which only the host sets", id, header.Name)
		}
		if names[plain] {
			return fail(ErrConnection, "%s declares the header %s twice", id, header.Name)
		}
		names[plain] = true
	}
	return nil
}

// fieldsOf gives the fields that a person fills in: the declared ones, and any others that templates name.
func fieldsOf(declared *ManifestConnection) []ManifestField {
	fields := slices.Clone(declared.Fields)
	for _, header := range declared.Headers {
		for _, match := range placeholder.FindAllStringSubmatch(header.Value, -1) {
			isKnown := slices.ContainsFunc(fields, func(field ManifestField) bool { return field.Name == match[1] })
			if !isKnown {
				fields = append(fields, ManifestField{Name: match[1]})
			}
		}
	}
	return fields
}

// valuesOf checks the values that were given. No error repeats one: it may be the key in the wrong place.
func (g *guard) valuesOf(given Connection) (map[string]string, error) {
	id := g.declared.ID
	fields := fieldsOf(g.declared)
	values := map[string]string{}
	names := make([]string, 0, len(fields))
	for _, field := range fields {
		values[field.Name] = ""
		names = append(names, field.Name)
	}
	for name, value := range given.Fields {
		if _, known := values[name]; !known {
			return nil, fail(ErrConnection, "%s has no field of the name that was given", id)
		}
		values[name] = value
	}
	if given.Secret != "" && len(fields) > 1 {
		return nil, fail(ErrConnection, "%s needs a value for each of its fields: %s", id, strings.Join(names, ", "))
	}
	if given.Secret != "" && len(fields) == 1 {
		values[names[0]] = given.Secret
	}
	g.hasCredential = true
	for _, field := range fields {
		value := values[field.Name]
		g.values = append(g.values, value)
		switch {
		case value == "":
			g.hasCredential = false
		case !isVisibleASCII(value) || (field.isSecret() && len(value) < shortestSecret):
			return nil, fail(ErrConnection, "the %s of %s is too short, or holds white space, control or non-ASCII characters",
				field.Name, id)
		case !fits(value, field.Pattern):
			return nil, fail(ErrConnection, "the %s of %s does not look right: it should fit the pattern %s",
				field.Name, id, field.Pattern)
		}
	}
	return values, nil
}

// fits says whether a value matches a pattern. One that Go cannot read is ignored: it only catches typing errors.
func fits(value, pattern string) bool {
	if pattern == "" || len(pattern) > longestPattern {
		return true
	}
	expression, err := regexp.Compile(pattern)
	return err != nil || expression.MatchString(value)
}

// newGuards checks all connections. One that is not given has no key.
func newGuards(manifest *Manifest, given map[string]Connection) (map[string]*guard, error) {
	guards := map[string]*guard{}
	ids := make([]string, 0, len(manifest.Connections))
	for at := range manifest.Connections {
		declared := &manifest.Connections[at]
		ids = append(ids, declared.ID)
		connection, isGiven := given[declared.ID]
		if !isGiven {
			continue
		}
		checked, err := newGuard(declared, connection)
		if err != nil {
			return nil, err
		}
		guards[declared.ID] = checked
	}
	for id := range given {
		if !slices.Contains(ids, id) { // it is not repeated: it may be the key, in the wrong place
			return nil, fail(ErrConnection, "a connection is given that the manifest does not declare; it declares: %s",
				strings.Join(ids, ", "))
		}
	}
	return guards, nil
}

// headersOf gives the headers to send: the block's, and the credential. False: the block is malformed, or sets what the
// module may not set.
func (g *guard) headersOf(block []byte) ([]Header, bool) {
	headers, ok := readHeaderBlock(block)
	for _, header := range headers {
		isCredential := slices.ContainsFunc(g.credential, func(own Header) bool {
			return strings.EqualFold(own.Name, header.Name)
		})
		if isReserved(header.Name) || isCredential {
			return nil, false
		}
	}
	return append(headers, g.credential...), ok
}

// mask overwrites values in place wherever bytes repeat them; with cutOff, also the beginning of one at the end.
func (g *guard) mask(text []byte, cutOff bool) {
	for _, mask := range g.masks {
		mask.apply(text, cutOff)
	}
}
