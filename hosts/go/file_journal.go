package actionhost

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// FileJournal is a journal in a file, which only its owner may read, locked for as long as it is open. It is the file
// that the command line and the other hosts write (abi/JOURNAL.md).
type FileJournal struct {
	file  *os.File
	lines [][]byte
	end   int64 // of the lines, without the end line
}

// CreateJournal is for a new run. It is an error if the file exists.
func CreateJournal(path string) (*FileJournal, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, failBy(ErrJournal, err, "%v", err)
	}
	return openJournal(path, os.O_RDWR|os.O_CREATE|os.O_EXCL)
}

// OpenJournal is for a run that is to be resumed.
func OpenJournal(path string) (*FileJournal, error) {
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return nil, refuseJournal(path + " is not a file")
	}
	return openJournal(path, os.O_RDWR)
}

func openJournal(path string, flags int) (*FileJournal, error) {
	file, err := os.OpenFile(path, flags, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, failBy(ErrJournal, err, "%s exists already; resume it or delete it", path)
	}
	if err != nil {
		return nil, failBy(ErrJournal, err, "%v", err)
	}
	j := &FileJournal{file: file}
	if err := j.read(path); err != nil {
		_ = file.Close()
		return nil, err
	}
	return j, nil
}

func (j *FileJournal) read(path string) error {
	info, err := j.file.Stat()
	if err != nil {
		return failBy(ErrJournal, err, "%v", err)
	}
	if !isPrivate(info) {
		return refuseJournal(path + " is not a file of yours that nobody else can read (mode 0600), as journals are")
	}
	if err := lock(j.file); err != nil {
		return failBy(ErrJournal, err, "another run is using %s", path)
	}
	text, err := io.ReadAll(j.file)
	if err != nil {
		return failBy(ErrJournal, err, "%v", err)
	}
	if len(text) == 0 {
		return nil
	}
	j.lines = bytes.Split(text, []byte("\n"))
	// After the last line feed there is nothing, or a truncated line, which does not count.
	if last := len(j.lines) - 1; len(j.lines[last]) == 0 {
		j.lines = j.lines[:last]
	} else {
		j.lines = append(j.lines, nil)
	}
	return nil
}

// Lines returns the lines that were there when the file was opened.
func (j *FileJournal) Lines() [][]byte { return j.lines }

// KeepsAll is false: a file may have been truncated.
func (j *FileJournal) KeepsAll() bool { return false }

// Cut keeps the first count lines; the next Append removes the others.
func (j *FileJournal) Cut(count int) error {
	j.end = 0
	for _, line := range j.lines[:count] {
		j.end += int64(len(line)) + 1
	}
	return nil
}

// Append writes a line and the end after it, in one write, so that a process that is killed leaves the journal whole.
func (j *FileJournal) Append(line []byte) error {
	text := append(append(bytes.Clone(line), '\n'), endLine(line)...)
	text = append(text, '\n')
	if _, err := j.file.WriteAt(text, j.end); err != nil {
		return failBy(ErrJournal, err, "%v", err)
	}
	if err := j.file.Truncate(j.end + int64(len(text))); err != nil {
		return failBy(ErrJournal, err, "%v", err)
	}
	j.end += int64(len(line)) + 1
	return nil
}

// Close releases the lock.
func (j *FileJournal) Close() error { return j.file.Close() }

// Remove closes and deletes the journal of a run that has ended.
func (j *FileJournal) Remove() error {
	return errors.Join(os.Remove(j.file.Name()), j.file.Close())
}
