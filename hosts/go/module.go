package actionhost

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

const (
	mostPages       = 4096 // 256 MiB
	mostElements    = 100_000
	longestManifest = 1 << 20

	defaultCallTimeout    = 10 * time.Second
	defaultCompileTimeout = 30 * time.Second
)

// The ABI's features (ABI.md, "The module file"), by the engine's names.
const features = api.CoreFeatureMutableGlobal | api.CoreFeatureSignExtensionOps |
	api.CoreFeatureBulkMemoryOperations | api.CoreFeatureNonTrappingFloatToIntConversion

// ModuleOptions say how a module is compiled and bounded. The zero value is good for any module.
type ModuleOptions struct {
	// CacheDir keeps compiled code between processes; nobody but its owner may have write access. Empty: none is kept.
	CacheDir string
	// CallTimeout ends a module that stays in one call for longer. 0: 10 s.
	CallTimeout time.Duration
	// CompileTimeout refuses a module whose compilation takes longer. 0: 30 s.
	CompileTimeout time.Duration
	// MemoryLimit is how many bytes the memory of an instance may have, in whole pages of 64 KiB. 0: what the module
	// declares, which is at most 256 MiB.
	MemoryLimit uint64
	// UnstoppableCalls leaves out the checks that stop a looping module. Modules then run faster, and one that loops never
	// returns: for your own modules only.
	UnstoppableCalls bool
}

// A Module is checked and compiled, and can be run any number of times, also concurrently.
type Module struct {
	manifest    *Manifest
	digest      string
	runtime     wazero.Runtime
	cache       wazero.CompilationCache
	compiled    wazero.CompiledModule
	callTimeout time.Duration
}

// ReadManifest checks a module without compiling it, and returns its manifest.
func ReadManifest(wasm []byte) (*Manifest, error) { return judge(wasm) }

// Load compiles the module in a file.
func Load(ctx context.Context, files fs.FS, name string, options ModuleOptions) (*Module, error) {
	wasm, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, failBy(ErrNotWasm, err, "it cannot be read: %v", err)
	}
	return Compile(ctx, wasm, options)
}

// Compile checks a module, which need not be trusted, and compiles it. Close releases it.
func Compile(ctx context.Context, wasm []byte, options ModuleOptions) (*Module, error) {
	manifest, err := judge(wasm)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(wasm)
	module := &Module{manifest: manifest, digest: hex.EncodeToString(sum[:]), callTimeout: options.CallTimeout}
	if module.callTimeout <= 0 {
		module.callTimeout = defaultCallTimeout
	}
	pages := uint32(mostPages)
	if options.MemoryLimit > 0 {
		pages = uint32(min(options.MemoryLimit>>16, mostPages))
	}
	config := wazero.NewRuntimeConfig().
		WithCoreFeatures(features).
		WithMemoryLimitPages(max(pages, 1)).
		WithDebugInfoEnabled(false).
		WithCloseOnContextDone(!options.UnstoppableCalls)
	if err := module.start(ctx, config, options.CacheDir); err != nil {
		return nil, err
	}
	if err := supplyImports(ctx, module.runtime); err != nil {
		_ = module.Close(ctx)
		return nil, failBy(ErrNotWasm, err, "the engine failed: %v", err)
	}
	timeout := options.CompileTimeout
	if timeout <= 0 {
		timeout = defaultCompileTimeout
	}
	if err := module.compile(ctx, wasm, timeout); err != nil {
		return nil, err
	}
	return module, nil
}

// starting keeps wazero 1.12 from a data race: the first of its calls in start write its version to a variable.
var starting sync.Mutex

func (m *Module) start(ctx context.Context, config wazero.RuntimeConfig, cacheDir string) (err error) {
	starting.Lock()
	defer starting.Unlock()
	if cacheDir != "" {
		if m.cache, err = wazero.NewCompilationCacheWithDir(cacheDir); err != nil {
			return failBy(ErrUsage, err, "the folder for compiled code cannot be used: %v", err)
		}
		config = config.WithCompilationCache(m.cache)
	}
	m.runtime = wazero.NewRuntimeWithConfig(ctx, config)
	return nil
}

// compile closes the module if it fails. The engine cannot stop a compilation, so one that takes too long is left running,
// and the module is closed when it ends.
func (m *Module) compile(ctx context.Context, wasm []byte, timeout time.Duration) error {
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		var err error
		m.compiled, err = m.runtime.CompileModule(ctx, wasm)
		done <- err
	}()
	select {
	case err := <-done:
		if err != nil {
			_ = m.Close(ctx)
			return failBy(ErrNotWasm, err, "%v", err)
		}
		return nil
	case <-limited.Done():
		go func() {
			<-done
			_ = m.Close(context.WithoutCancel(ctx))
		}()
		if err := ctx.Err(); err != nil {
			return failBy(ErrOutOfTime, err, "compiling it was given up: %v", err)
		}
		return fail(ErrOutOfTime, "compiling it was given up after %v", timeout)
	}
}

// Manifest returns what the module says about itself; do not change it.
func (m *Module) Manifest() *Manifest { return m.manifest }

// SHA256 returns the digest of the file, in hexadecimal digits.
func (m *Module) SHA256() string { return m.digest }

// Close ends the module and all of its runs.
func (m *Module) Close(ctx context.Context) error {
	err := m.runtime.Close(ctx)
	if m.cache != nil {
		if cacheErr := m.cache.Close(ctx); err == nil {
			err = cacheErr
		}
	}
	return err
}

// judge says whether a module speaks the ABI, before it is instantiated (ABI.md, duty 1).
func judge(wasm []byte) (*Manifest, error) {
	file, err := parseWasm(wasm)
	if err != nil {
		return nil, err
	}
	var manifest *Manifest
	for _, custom := range file.custom {
		if custom.name != actionSectionManifest {
			continue
		}
		if manifest != nil {
			return nil, fail(ErrWrongABI, "it has more than one custom section %s", actionSectionManifest)
		}
		if len(custom.bytes) > longestManifest {
			return nil, fail(ErrWrongABI, "its manifest is larger than 1 MiB")
		}
		if manifest, err = parseManifest(custom.bytes); err != nil {
			return nil, err
		}
	}
	if manifest == nil {
		return nil, fail(ErrWrongABI, "it has no custom section %s", actionSectionManifest)
	}
	if wrong := file.wrong(manifest); wrong != "" {
		return nil, fail(ErrWrongABI, "%s", wrong)
	}
	return manifest, nil
}

// wrong says what the ABI does not allow in a file; empty: all is well.
func (f *wasmFile) wrong(manifest *Manifest) string {
	if f.hasStart {
		return "it has a start function; _initialize is what sets a module up"
	}
	for _, item := range f.imports {
		wanted, known := importSignatures[item.name]
		if item.module != actionHostModule || !known {
			return fmt.Sprintf("it imports %s.%s, which no host supplies", item.module, item.name)
		}
		if wrong := item.isNot(wanted); wrong != "" {
			return fmt.Sprintf("its import %s.%s %s", item.module, item.name, wrong)
		}
	}
	if wrong := f.memoryOrTableWrong(); wrong != "" {
		return wrong
	}
	for name, wanted := range exportSignatures {
		if wrong := f.exportWrong(name, wanted); wrong != "" {
			return wrong
		}
	}
	for _, action := range manifest.Actions {
		if wrong := f.exportWrong(action.Export, actionSignature); wrong != "" {
			return wrong
		}
	}
	return ""
}

func (f *wasmFile) memoryOrTableWrong() string {
	if item, found := find(f.exports, "memory"); !found || item.kind != "memory" {
		return "it does not export its memory"
	}
	if len(f.memories) != 1 {
		return "it has more than one memory"
	}
	memory := f.memories[0]
	switch {
	case memory.is64Bit || memory.isShared:
		return "its memory is not plain wasm32"
	case !memory.hasMaximum:
		return "its memory has no maximum"
	case memory.maximum > mostPages:
		return "its memory may grow beyond 256 MiB"
	case len(f.tables) > 1:
		return "it has more than one table"
	case len(f.tables) == 1 && f.tables[0].minimum > mostElements:
		return "its table is larger than 100,000 elements"
	}
	return ""
}

func (f *wasmFile) exportWrong(name, wanted string) string {
	item, found := find(f.exports, name)
	if !found {
		return fmt.Sprintf("it does not export %s", name)
	}
	if wrong := item.isNot(wanted); wrong != "" {
		return fmt.Sprintf("its export %s %s", name, wrong)
	}
	return ""
}

func (i wasmItem) isNot(signature string) string {
	if i.kind != "function" {
		return "is not a function"
	}
	if i.signature != signature {
		return fmt.Sprintf("is %s instead of %s", i.signature, signature)
	}
	return ""
}
