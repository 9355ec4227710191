package actionhost

import (
	"context"
	"os"
	"testing"
)

func BenchmarkCompile(b *testing.B) {
	wasm, err := os.ReadFile(moduleFiles["wasi-sdk"])
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		module, err := Compile(context.Background(), wasm, ModuleOptions{})
		if err != nil {
			b.Fatal(err)
		}
		_ = module.Close(context.Background())
	}
}

func BenchmarkInstance(b *testing.B) {
	module := compileFile(b, moduleFiles["wasi-sdk"])
	for b.Loop() {
		instance, err := newInstance(context.Background(), module)
		if err != nil {
			b.Fatal(err)
		}
		instance.close(context.Background())
	}
}
