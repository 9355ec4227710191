//go:build !unix

package actionhost

import (
	"io/fs"
	"os"
)

// There is no lock on this platform: the caller must ensure that a journal is used by one run at a time.
func lock(*os.File) error { return nil }

func isPrivate(info fs.FileInfo) bool { return info.Mode().IsRegular() }
