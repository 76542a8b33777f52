package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const maxBig = 256 << 20

var levels = map[string]hclog.Level{
	"trace": hclog.Trace, "debug": hclog.Debug, "info": hclog.Info, "warn": hclog.Warn, "error": hclog.Error,
}

var waits = regexp.MustCompile(`^([0-9]{1,9})(ms|s)$`)

// streams are the descriptors that the process was started with.
type streams struct{ out, err *os.File }

// special knows the schema ids that mean something.
type special struct {
	log  hclog.Logger
	real streams
}

// answer gives the spec of those schema ids that replace the echo.
func (s special) answer(id string, config *config) (text []byte, found bool, err error) {
	word, rest, _ := strings.Cut(id, ":")
	switch {
	case id == "env":
		names := os.Environ()
		for i, pair := range names {
			names[i], _, _ = strings.Cut(pair, "=")
		}
		sort.Strings(names)
		return lines(names), true, nil
	case id == "pid":
		return []byte(strconv.Itoa(os.Getpid())), true, nil
	case id == "order":
		return lines(config.delivered()), true, nil
	case id == "spawn" || id == "spawn:pipes":
		text, err = s.spawn(id == "spawn:pipes")
		return text, true, err
	case word == "big" && word != id:
		size, err := strconv.ParseUint(rest, 10, 32)
		if err != nil || size > maxBig {
			return nil, true, unreadable(id)
		}
		return bytes.Repeat([]byte("x"), int(size)), true, nil
	}
	return nil, false, nil
}

// obey does what the schema id asks for before the method answers, or instead of it.
func (s special) obey(ctx context.Context, id, requestID string) error {
	word, rest, more := strings.Cut(id, ":")
	switch {
	case id == "missing":
		return status.Error(codes.NotFound, `schema "missing" does not exist`)
	case id == "crash":
		s.crash()
	case word == "sleep" && more:
		wait, err := parseWait(rest)
		if err != nil {
			return unreadable(id)
		}
		return pause(ctx, wait)
	case word == "error" && more:
		return failure(id, rest)
	case word == "log" && more:
		name, text, _ := strings.Cut(rest, ":")
		level, known := levels[name]
		if !known {
			return unreadable(id)
		}
		s.log.Log(level, text, "request_id", requestID)
	case word == "print" && more:
		fmt.Fprintln(os.Stdout, rest)
		fmt.Fprintln(os.Stderr, rest)
	}
	return nil
}

// crash looks to the host like a Go program that panicked, save for the exit code.
func (s special) crash() {
	fmt.Fprint(s.real.err, "panic: crash was asked for\n\ngoroutine 1 [running]:\nmain.crash()\n")
	os.Exit(42)
}

// spawn leaves a child behind that nobody waits for.
func (s special) spawn(pipes bool) ([]byte, error) {
	child := exec.Command("sleep", "300")
	if pipes {
		child.Stdout, child.Stderr = s.real.out, s.real.err
	}
	if err := child.Start(); err != nil {
		return nil, status.Errorf(codes.Internal, "spawn: %v", err)
	}
	go func() { _ = child.Wait() }() // else it stays as a zombie once it was killed
	return []byte(strconv.Itoa(child.Process.Pid)), nil
}

func failure(id, rest string) error {
	name, message, more := strings.Cut(rest, ":")
	var code codes.Code
	known := code.UnmarshalJSON([]byte(strconv.Quote(name))) == nil
	if number, err := strconv.ParseUint(name, 10, 16); err == nil {
		code, known = codes.Code(number), true
	}
	if !more || !known || code == codes.OK {
		return unreadable(id)
	}
	return status.Error(code, message)
}

func unreadable(id string) error {
	return status.Error(codes.InvalidArgument, `cannot read the schema_id "`+id+`"`)
}

func parseWait(text string) (time.Duration, error) {
	if !waits.MatchString(text) {
		return 0, fmt.Errorf("not a wait: %s", text)
	}
	return time.ParseDuration(text)
}

func pause(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return status.FromContextError(ctx.Err()).Err()
	}
}

func lines(names []string) []byte {
	var out bytes.Buffer
	for _, name := range names {
		out.WriteString(name + "\n")
	}
	return out.Bytes()
}
