package actionhost

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// What a WebAssembly binary says about itself, read without compiling or running it (core specification, 5.5). The
// engine hides exported globals, tables and limits, all of which the ABI has rules for.

type wasmFile struct {
	imports  []wasmItem
	exports  []wasmItem
	memories []wasmLimits
	tables   []wasmLimits
	hasStart bool
	custom   []customSection
}

// wasmItem is an import or an export.
type wasmItem struct {
	module    string // of an import
	name      string
	kind      string
	signature string // of a function, such as "(i32,i64)->(i32)"
}

type wasmLimits struct {
	minimum    uint64
	maximum    uint64
	hasMaximum bool
	isShared   bool
	is64Bit    bool
}

type customSection struct {
	name  string
	bytes []byte
}

// More than a real module has, and few enough that a small file cannot make a host or its engine use gigabytes.
const (
	longestFile        = 16 << 20
	mostCustomSections = 1000
	mostLocals         = 10_000_000 // of all functions: the engine spends memory on each
	// Of one function. A compiler may need memory for each local at each branch.
	longestBody          = 128 << 10
	mostLocalsTimesBytes = 1 << 25
	mostValues           = 100 // parameters or results of a function
)

type section struct {
	order int // its place among the sections
	most  uint32
	items string
	read  func(*wasmParser)
}

const (
	funcref       = 0x70
	sectionCustom = 0
	sectionStart  = 8
)

var sections = map[byte]section{
	1:            {1, 10_000, "types", (*wasmParser).readType},
	2:            {2, 100, "imports", (*wasmParser).readImport},
	3:            {3, 100_000, "functions", (*wasmParser).readFunction},
	4:            {4, 100, "tables", (*wasmParser).readTable},
	5:            {5, 100, "memories", (*wasmParser).readMemory},
	6:            {6, 10_000, "globals", nil},
	7:            {7, 1000, "exports", (*wasmParser).readExport},
	sectionStart: {8, 0, "", nil},
	9:            {9, 10_000, "element segments", nil},
	12:           {10, 0, "", nil}, // the count of data segments, which comes before the code
	10:           {11, 100_000, "function bodies", (*wasmParser).readBody},
	11:           {12, 100_000, "data segments", nil},
}

var (
	itemKinds = []string{"function", "table", "memory", "global", "tag"}
	// Others are of features outside the ABI's; the engine would accept them in signatures.
	valueTypes = map[byte]string{0x7f: "i32", 0x7e: "i64", 0x7d: "f32", 0x7c: "f64"}
)

// parseWasm reads a binary. Code, except for the number of locals, and data are skipped, not validated.
func parseWasm(binary []byte) (*wasmFile, error) {
	switch {
	case len(binary) > longestFile:
		return nil, fail(ErrNotWasm, "it is larger than 16 MiB")
	case len(binary) < 8 || !bytes.HasPrefix(binary, []byte("\x00asm")):
		return nil, fail(ErrNotWasm, "it does not begin with the magic bytes")
	case bytes.HasPrefix(binary[4:], []byte("\x0d\x00\x01\x00")):
		return nil, fail(ErrNotWasm, "it is a component, not a core module")
	case !bytes.HasPrefix(binary[4:], []byte("\x01\x00\x00\x00")):
		return nil, fail(ErrNotWasm, "its format is not version 1")
	}
	parser := wasmParser{wasmReader: wasmReader{rest: binary[8:]}}
	for len(parser.rest) > 0 && parser.wrong == "" {
		id := parser.byte()
		content := parser.take(parser.u32())
		outer := parser.wasmReader
		if outer.wrong == "" {
			parser.wasmReader = wasmReader{rest: content}
			parser.section(id)
			outer.wrong = parser.wrong
		}
		parser.wasmReader = outer
	}
	if parser.wrong != "" {
		return nil, fail(ErrNotWasm, "%s", parser.wrong)
	}
	return &parser.file, nil
}

// wasmReader reads the format's elements one after the other. Once something is wrong, all reads return nothing.
type wasmReader struct {
	rest  []byte
	wrong string
}

func (r *wasmReader) refuse(format string, values ...any) {
	if r.wrong == "" {
		r.wrong = fmt.Sprintf(format, values...)
	}
	r.rest = nil
}

func (r *wasmReader) take(count uint32) []byte {
	if uint64(count) > uint64(len(r.rest)) {
		r.refuse("it ends too early")
		return nil
	}
	taken := r.rest[:count]
	r.rest = r.rest[count:]
	return taken
}

func (r *wasmReader) byte() byte {
	if taken := r.take(1); taken != nil {
		return taken[0]
	}
	return 0
}

// number reads an unsigned LEB128.
func (r *wasmReader) number(bits uint) uint64 {
	var value uint64
	for shift := uint(0); shift < bits; shift += 7 {
		next := r.byte()
		part := uint64(next & 0x7f)
		if shift+7 > bits && part>>(bits-shift) != 0 {
			r.refuse("a number is too large")
			return 0
		}
		value |= part << shift
		if next&0x80 == 0 {
			return value
		}
	}
	r.refuse("a number is too long")
	return 0
}

func (r *wasmReader) u32() uint32 { return uint32(r.number(32)) }

func (r *wasmReader) name() string {
	name := r.take(r.u32())
	if !utf8.Valid(name) {
		r.refuse("a name is not UTF-8")
	}
	return string(name)
}

func (r *wasmReader) valueType() string {
	code := r.byte()
	name, known := valueTypes[code]
	if !known {
		r.refuse("it uses value type %#x, which is of no feature of the ABI", code)
	}
	return name
}

func (r *wasmReader) valueTypes() string {
	count := r.u32()
	if count > mostValues {
		r.refuse("a function has more than %d parameters or results", mostValues)
		return ""
	}
	types := make([]string, 0, count)
	for range count {
		types = append(types, r.valueType())
	}
	return "(" + strings.Join(types, ",") + ")"
}

func (r *wasmReader) limits() wasmLimits {
	flags := r.byte()
	if flags > 7 {
		r.refuse("limits %#x are not known", flags)
	}
	limits := wasmLimits{hasMaximum: flags&1 != 0, isShared: flags&2 != 0, is64Bit: flags&4 != 0}
	limits.minimum = r.number(64)
	if limits.hasMaximum {
		limits.maximum = r.number(64)
	}
	return limits
}

// wasmParser collects what the sections say; functions are numbered over imports and definitions.
type wasmParser struct {
	wasmReader
	file      wasmFile
	order     int
	types     []string
	functions []string
	locals    uint64
}

// section reads one section, all of which the reader holds.
func (p *wasmParser) section(id byte) {
	if id == sectionCustom {
		if len(p.file.custom) == mostCustomSections {
			p.refuse("it has too many custom sections")
			return
		}
		name := p.name()
		p.file.custom = append(p.file.custom, customSection{name, p.rest})
		return
	}
	known, isKnown := sections[id]
	if !isKnown {
		p.refuse("section %d is not known", id)
		return
	}
	if known.order <= p.order {
		p.refuse("section %d is there twice or in the wrong place", id)
		return
	}
	p.order = known.order
	p.file.hasStart = p.file.hasStart || id == sectionStart
	if known.most == 0 {
		return
	}
	count := p.u32()
	if count > known.most {
		p.refuse("it has more than %d %s", known.most, known.items)
	}
	if known.read == nil {
		return
	}
	for ; count > 0 && p.wrong == ""; count-- {
		known.read(p)
	}
	if p.wrong == "" && len(p.rest) > 0 {
		p.refuse("a section is longer than what it holds")
	}
}

func (p *wasmParser) readType() {
	if p.byte() != 0x60 {
		p.refuse("a type is not a function type")
		return
	}
	parameters := p.valueTypes()
	p.types = append(p.types, parameters+"->"+p.valueTypes())
}

// at gives an item of a list by its index in the binary.
func (p *wasmParser) at(list []string, what string) string {
	index := p.u32()
	if uint64(index) >= uint64(len(list)) {
		p.refuse("%s that is not there is named", what)
		return ""
	}
	return list[index]
}

func (p *wasmParser) readFunction() { p.functions = append(p.functions, p.at(p.types, "a type")) }

func (p *wasmParser) readBody() {
	length := p.u32()
	if length > longestBody {
		p.refuse("a function is longer than 128 KiB")
	}
	body := wasmReader{rest: p.take(length)}
	var locals uint64
	for groups := body.u32(); groups > 0 && body.wrong == ""; groups-- {
		locals += uint64(body.u32())
		body.byte() // their type
	}
	if body.wrong != "" {
		p.refuse("%s", body.wrong)
	}
	if locals*uint64(length) > mostLocalsTimesBytes {
		p.refuse("a function has too many locals for its length")
	}
	p.locals += locals
	if p.locals > mostLocals {
		p.refuse("its functions have more than %d locals", mostLocals)
	}
}

func (p *wasmParser) readTable() {
	if p.byte() != funcref {
		p.refuse("its table is not one of functions")
	}
	p.file.tables = append(p.file.tables, p.limits())
}

func (p *wasmParser) readMemory() { p.file.memories = append(p.file.memories, p.limits()) }

func (p *wasmParser) kind() string {
	kind := p.byte()
	if int(kind) >= len(itemKinds) {
		p.refuse("an import or export is of an unknown kind")
		return ""
	}
	return itemKinds[kind]
}

func (p *wasmParser) readImport() {
	item := wasmItem{module: p.name(), name: p.name(), kind: p.kind()}
	switch item.kind {
	case "function":
		item.signature = p.at(p.types, "a type")
		p.functions = append(p.functions, item.signature)
	case "table":
		p.readTable()
	case "memory":
		p.readMemory()
	case "global":
		p.valueType()
		p.byte()
	case "tag":
		p.byte()
		p.u32()
	}
	p.file.imports = append(p.file.imports, item)
}

func (p *wasmParser) readExport() {
	item := wasmItem{name: p.name(), kind: p.kind()}
	if item.kind == "function" {
		item.signature = p.at(p.functions, "a function")
	} else {
		p.u32()
	}
	p.file.exports = append(p.file.exports, item)
}

func find(items []wasmItem, name string) (wasmItem, bool) {
	at := slices.IndexFunc(items, func(item wasmItem) bool { return item.name == name })
	if at < 0 {
		return wasmItem{}, false
	}
	return items[at], true
}
