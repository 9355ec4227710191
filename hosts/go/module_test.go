package actionhost

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestModulesThatAreRefused(t *testing.T) {
	whole := guestBytes(t)
	manifest := `{"abiVersion":"1.0","actions":[{"export":"echo"}]}`
	for name, test := range map[string]struct {
		wasm  []byte
		fault error
		why   string
	}{
		"nothing":               {nil, ErrNotWasm, "magic"},
		"a component":           {[]byte("\x00asm\x0d\x00\x01\x00"), ErrNotWasm, "component"},
		"cut short":             {whole[:len(whole)/2], ErrNotWasm, "ends too early"},
		"a section twice":       {append(bytes.Clone(whole), 1, 1, 0), ErrNotWasm, "twice"},
		"a number too long":     {append(bytes.Clone(whole), 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0), ErrNotWasm, "too l"},
		"no manifest":           {whole[:bytes.LastIndex(whole, []byte(actionSectionManifest))-4], ErrWrongABI, "no custom section"},
		"two manifests":         {withManifest(bytes.Clone(whole), manifest), ErrWrongABI, "more than one"},
		"another major":         {guestBytes(t, `\"abiVersion\":\"1.0\"`, `\"abiVersion\":\"2.0\"`), ErrWrongABI, "version 2.0"},
		"a leading zero":        {guestBytes(t, `\"abiVersion\":\"1.0\"`, `\"abiVersion\":\"01.0\"`), ErrWrongABI, "version 01.0"},
		"no version":            {guestBytes(t, `\"abiVersion\":\"1.0\"`, `\"a\":1`), ErrWrongABI, "names no version"},
		"an action not there":   {guestBytes(t, `\"export\":\"echo\"`, `\"export\":\"gone\"`), ErrWrongABI, "not export gone"},
		"an export as action":   {guestBytes(t, `\"export\":\"echo\"`, `\"export\":\"action_free\"`), ErrWrongABI, "action_free is"},
		"an import of WASI":     {guestBytes(t, `(import "action_host_v1" "http_cancel"`, `(import "wasi_snapshot_preview1" "proc_exit"`), ErrWrongABI, "which no host supplies"},
		"no maximum":            {guestBytes(t, `(memory (export "memory") 1 1024)`, `(memory (export "memory") 1)`), ErrWrongABI, "no maximum"},
		"a memory of 4 GiB":     {guestBytes(t, `(memory (export "memory") 1 1024)`, `(memory (export "memory") 1 65536)`), ErrWrongABI, "beyond 256 MiB"},
		"a start function":      {guestBytes(t, `(global $letters`, `(func $s) (start $s) (global $letters`), ErrWrongABI, "start function"},
		"a header not a string": {guestBytes(t, `\"Bearer {key}\"`, `1`), ErrWrongABI, "not a string"},
		"SIMD":                  {guestBytes(t, `(func $send`, `(func (drop (v128.const i64x2 0 0))) (func $send`), ErrNotWasm, "disabled"},
		"another signature":     {guestBytes(t, `(func (export "action_free") (param i32))`, `(func (export "action_free"))`), ErrWrongABI, "action_free is ()->()"},
	} {
		t.Run(name, func(t *testing.T) {
			module, err := Compile(t.Context(), test.wasm, ModuleOptions{})
			if module != nil || !errors.Is(err, test.fault) || !strings.Contains(err.Error(), test.why) {
				t.Error(err)
			}
		})
	}
}

func TestFunctionsAreBounded(t *testing.T) {
	for _, test := range []struct {
		functions, locals, length uint64
		why                       string
	}{
		{1, 256, longestBody, ""},
		{1, 257, longestBody, "too many locals"},
		{1, 0, longestBody + 1, "longer than 128 KiB"},
		{10, 1_000_000, 20, ""},
		{11, 1_000_000, 20, "more than 10000000 locals"},
	} {
		body := append(binary.AppendUvarint([]byte{1}, test.locals), 0x7f)
		body = append(body, make([]byte, test.length-uint64(len(body)))...)
		function := append(binary.AppendUvarint(nil, test.length), body...)
		code := append(binary.AppendUvarint(nil, test.functions), bytes.Repeat(function, int(test.functions))...)
		wasm := append([]byte("\x00asm\x01\x00\x00\x00\x0a"), binary.AppendUvarint(nil, uint64(len(code)))...)
		_, err := parseWasm(append(wasm, code...))
		if (err == nil) != (test.why == "") || err != nil && !strings.Contains(err.Error(), test.why) {
			t.Error(test, err)
		}
	}
}

func TestCompilationThatTakesTooLongIsGivenUp(t *testing.T) {
	const depth = 4_000 // 30 such functions take the engine many seconds
	loops := "(func " + strings.Repeat("loop ", depth) + strings.Repeat("end ", depth) + ")"
	wasm := guestBytes(t, `(func $send`, strings.Repeat(loops, 30)+` (func $send`)
	start := time.Now()
	module, err := Compile(t.Context(), wasm, ModuleOptions{CompileTimeout: 200 * time.Millisecond})
	if module != nil || !errors.Is(err, ErrOutOfTime) || !strings.Contains(err.Error(), "200ms") {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	module, err = Compile(ctx, wasm, ModuleOptions{})
	if module != nil || !errors.Is(err, ErrOutOfTime) || !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	if taken := time.Since(start); taken > 5*time.Second {
		t.Error(taken)
	}
}

func TestModuleOptions(t *testing.T) {
	wasm, err := os.ReadFile(moduleFiles["wasi-sdk"])
	if err != nil {
		t.Fatal(err)
	}
	cache := t.TempDir()
	for range 2 {
		compile(t, wasm, ModuleOptions{CacheDir: cache})
	}
	if files, err := filepath.Glob(filepath.Join(cache, "*", "*")); err != nil || len(files) != 1 {
		t.Error("the compiled code is kept once: ", files, err)
	}
	small := New(compile(t, wasm, ModuleOptions{MemoryLimit: 1 << 20}), Options{})
	_, err = small.Run(t.Context(), RunOptions{Action: "remove_contacts", Input: make([]byte, 2<<20)})
	if !errors.Is(err, ErrNoMemory) {
		t.Error(err)
	}
	module, err := Load(context.Background(), fstest.MapFS{"a.wasm": {Data: wasm}}, "a.wasm", ModuleOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer module.Close(context.Background())
	if len(module.SHA256()) != 64 || module.Manifest().Connections[0].Headers[0].Value != "Bearer {key}" {
		t.Error(module.Manifest())
	}
	if _, err := Load(t.Context(), fstest.MapFS{}, "a.wasm", ModuleOptions{}); !errors.Is(err, ErrNotWasm) || !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// Whatever a file holds, judging it ends with a manifest or an error.
func FuzzReadManifest(f *testing.F) {
	wasm, err := os.ReadFile(moduleFiles["wasi-sdk"])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(wasm)
	f.Add(wasm[:1000])
	f.Add(binary.AppendUvarint([]byte("\x00asm\x01\x00\x00\x00\x01"), 1<<31))
	f.Fuzz(func(t *testing.T, wasm []byte) {
		manifest, err := ReadManifest(wasm)
		if (manifest == nil) == (err == nil) {
			t.Error(manifest, err)
		}
	})
}
