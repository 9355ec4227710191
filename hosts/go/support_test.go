package actionhost

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const testKey = "sk_test_0123456789"

// program is the command line, whose sandbox stands in for the API.
var program = filepath.Join(repository, "build/bin/skipcall")

// startSandbox serves the sandbox on a free port until the test ends.
func startSandbox(t testing.TB, data any) (baseURL string) {
	t.Helper()
	text, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "data.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(program, "sandbox", "--data", file)
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatalf("%v; ./dev build makes the sandbox", err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	scanner := bufio.NewScanner(out)
	for scanner.Scan() {
		if _, url, found := strings.Cut(scanner.Text(), "SKIPCALL_BASE_URL="); found {
			return url
		}
	}
	t.Fatal("the sandbox ended before it printed its address")
	return ""
}

// contactIDs makes n ids, which differ from those of another group.
func contactIDs(n, group int) (ids []string) {
	for at := range n {
		ids = append(ids, fmt.Sprintf("%08x-0000-4000-8000-%012x", group, at))
	}
	return ids
}

func jsonOf(t testing.TB, value any) []byte {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

var guestText = sync.OnceValues(func() (string, error) {
	text, err := os.ReadFile(filepath.Join(repository, "tests/wasmtime/guests/actions.wat"))
	return string(text), err
})

// guestBytes assembles the repository's small guest, each old text in it replaced by the new one that follows it.
func guestBytes(t testing.TB, oldNew ...string) []byte {
	t.Helper()
	text, err := guestText()
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(oldNew); at += 2 {
		if !strings.Contains(text, oldNew[at]) {
			t.Fatal("the guest's text does not hold ", oldNew[at])
		}
	}
	return assemble(t, strings.NewReplacer(oldNew...).Replace(text))
}

var customManifest = regexp.MustCompile(`\(@custom "action_manifest" ("(?:[^"\\]|\\.)*")\)`)

// withManifest adds the custom section to a module.
func withManifest(wasm []byte, manifest string) []byte {
	content := append(binary.AppendUvarint(nil, uint64(len(actionSectionManifest))), actionSectionManifest+manifest...)
	wasm = binary.AppendUvarint(append(wasm, 0), uint64(len(content)))
	return append(wasm, content...)
}

// assemble makes a module from its text. The assembler leaves custom sections out, so the manifest is appended.
func assemble(t testing.TB, text string) []byte {
	t.Helper()
	manifest := ""
	if found := customManifest.FindStringSubmatchIndex(text); found != nil {
		var err error
		if manifest, err = strconv.Unquote(text[found[2]:found[3]]); err != nil {
			t.Fatal(err)
		}
		text = text[:found[0]] + text[found[1]:]
	}
	folder := t.TempDir()
	source, target := filepath.Join(folder, "guest.wat"), filepath.Join(folder, "guest.wasm")
	if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command("wat2wasm", "--enable-all", source, "-o", target)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	wasm, err := os.ReadFile(target)
	if err != nil {
		t.Fatal(err)
	}
	if manifest == "" {
		return wasm
	}
	return withManifest(wasm, manifest)
}

// guestHost runs the guest against a server.
func guestHost(t testing.TB, oldNew ...string) *Host {
	t.Helper()
	host := New(compile(t, guestBytes(t, oldNew...), ModuleOptions{}), Options{})
	t.Cleanup(host.Close)
	return host
}

func connectionsTo(id, baseURL string) map[string]Connection {
	return map[string]Connection{id: {BaseURL: baseURL, Secret: testKey}}
}

func start(action, baseURL string) RunOptions {
	return RunOptions{Action: action, Input: []byte("input"),
		RunControl: RunControl{Connections: connectionsTo("test", baseURL)}}
}

func serve(t testing.TB, handler http.HandlerFunc) (baseURL string) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// serveRaw answers each request, whatever it is, with these bytes, and closes the connection.
func serveRaw(t testing.TB, response string) (baseURL string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			go func() {
				defer conn.Close()
				request, err := http.ReadRequest(bufio.NewReader(conn))
				if err != nil {
					return
				}
				body := make([]byte, request.ContentLength)
				_, _ = request.Body.Read(body)
				_, _ = conn.Write([]byte(response))
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}
