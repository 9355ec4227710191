//go:build unix

package actionhost

import (
	"io/fs"
	"os"
	"syscall"
)

// lock takes the same lock as the command line.
func lock(file *os.File) error { return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }

func isPrivate(info fs.FileInfo) bool {
	owner, ok := info.Sys().(*syscall.Stat_t)
	return info.Mode().IsRegular() && info.Mode().Perm()&0o077 == 0 && (!ok || int(owner.Uid) == os.Geteuid())
}
