module github.com/skipcall-action/skipcall-action/apps/go

go 1.25.0

require github.com/skipcall-action/skipcall-action/hosts/go v0.9.0

require (
	github.com/tetratelabs/wazero v1.12.0 // indirect
	golang.org/x/sys v0.44.0 // indirect
)

// In a checkout the host is the one beside this package.
replace github.com/skipcall-action/skipcall-action/hosts/go => ../../hosts/go
