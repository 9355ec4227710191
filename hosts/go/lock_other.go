//go:build !unix

package actionhost

import (
	"io/fs"
	"os"
)

// There is no lock on this platform: it is for the caller to see that a journal is used once at a time.
func lock(*os.File) error { return nil }

func isPrivate(info fs.FileInfo) bool { return info.Mode().IsRegular() }
