//go:build unix

// Command bench measures the processor time of 100,000 contacts, end to end, beside the same work in plain Go with the
// same client. The server is another process. Exit code 1: over the limit.
package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"

	actionhost "github.com/skipcall-action/skipcall-action/hosts/go"
)

const (
	contacts = 100_000
	rounds   = 9
	atMost   = 1.1
	key      = "sk_test_0123456789"
)

func main() {
	var err error
	isWithin := true
	if len(os.Args) == 2 && os.Args[1] == "server" {
		err = serve()
	} else {
		isWithin, err = bench()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if err != nil || !isWithin {
		os.Exit(1)
	}
}

// serve answers each request at once, until its standard input ends.
func serve() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("http://" + listener.Addr().String())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	return http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = fmt.Fprintf(w, `{"removed":%d}`, strings.Count(string(body), `"`)/2-1) // {"contactIds":["…",…]}
	}))
}

func startServer() (baseURL string, stop func(), err error) {
	program, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	server := exec.Command(program, "server")
	in, err := server.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	out, err := server.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := server.Start(); err != nil {
		return "", nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	stop = func() {
		_ = in.Close()
		_ = server.Wait()
	}
	return strings.TrimSpace(line), stop, err
}

// timed gives processor and wall time of this process.
func timed(work func() error) (processor, wall time.Duration, err error) {
	used := func() time.Duration {
		var usage syscall.Rusage
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
		return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	}
	before, begun := used(), time.Now()
	err = work()
	return used() - before, time.Since(begun), err
}

func median(values []time.Duration) time.Duration {
	slices.Sort(values)
	return values[len(values)/2]
}

func bench() (isWithin bool, err error) {
	ctx := context.Background()
	baseURL, stop, err := startServer()
	if err != nil {
		return false, err
	}
	defer stop()
	input := makeInput(contacts)

	var module *actionhost.Module
	compile, _, err := timed(func() (err error) {
		module, err = actionhost.Load(ctx, os.DirFS("build/wasm"), "remove_contacts.wasm", actionhost.ModuleOptions{})
		return err
	})
	if err != nil {
		return false, err
	}
	host := actionhost.New(module, actionhost.Options{})
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: concurrency}}
	var ofHost, ofPlain account
	sides := map[string]func() error{
		"host": func() error {
			end, err := host.Run(ctx, actionhost.RunOptions{Action: "remove_contacts", Input: input,
				RunControl: actionhost.RunControl{Connections: map[string]actionhost.Connection{"skipcall": {BaseURL: baseURL, Secret: key}}}})
			if err != nil {
				return err
			}
			var result struct { // without what is nested, which the plain side does not account for
				Status                                                             string
				Requested, Invalid, Duplicates, Unique, Confirmed, Removed, Unsent int
				Requests                                                           int
			}
			if err := end.Decode(&result); err != nil {
				return err
			}
			ofHost = account{result.Status, result.Requested, result.Invalid, result.Duplicates, result.Unique,
				result.Confirmed, result.Removed, result.Unsent, result.Requests, nil}
			return nil
		},
		"plain": func() error {
			result, err := plain(ctx, client, baseURL, key, input)
			if err == nil {
				ofPlain = *result
			}
			return err
		},
	}
	processor, wall := map[string][]time.Duration{}, map[string][]time.Duration{}
	for round := range rounds + 1 {
		for name, side := range sides {
			used, took, err := timed(side)
			if err != nil {
				return false, fmt.Errorf("%s: %w", name, err)
			}
			if round > 0 { // the first warms up
				processor[name] = append(processor[name], used)
				wall[name] = append(wall[name], took)
			}
		}
		if fmt.Sprint(ofHost) != fmt.Sprint(ofPlain) {
			return false, fmt.Errorf("the accounts differ: %+v, %+v", ofHost, ofPlain)
		}
	}
	hostTime, plainTime := median(processor["host"]), median(processor["plain"])
	ratio := float64(hostTime) / float64(plainTime)
	fmt.Printf("compile the module          %v\n", compile.Round(time.Millisecond))
	for _, name := range []string{"host", "plain"} {
		fmt.Printf("%d contacts, %-9s %v processor, %v wall\n", contacts, name,
			median(processor[name]).Round(time.Millisecond), median(wall[name]).Round(time.Millisecond))
	}
	fmt.Printf("ratio %.2f, at most %.2f\n", ratio, atMost)
	return ratio <= atMost, nil
}
