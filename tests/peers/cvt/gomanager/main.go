// Command gomanager drives CVT's own plugin manager and hook calls, so that tests and benchmarks have
// the real thing to compare with. ../../README.md says what each subcommand does.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/sahina/cvt/internal/pluginmgr"
)

const usage = `usage: gomanager COMMAND [FLAGS] [ARGS]
  start-call   start, call hooks, print one JSON object, stop
  session      the same by commands: JSON lines in, JSON lines out
  config       accept or refuse configs: JSON lines in, JSON lines out
  state        read | write | install SOURCE NAME | remove NAME | verify NAME
  lock         hold SECONDS | try
  bench        hook calls: throughput, latency, CPU (JSON lines)
  bench-start  manager start to ready, and stop (one JSON object)
  bench-sink   the zap audit sink alone (JSON lines)
  bench-hash   hashing files as an install check does (JSON lines)
GOMANAGER COMMAND -h lists the flags. Paths default to those under $HOME/.cvt.`

var commands = map[string]func([]string) error{
	"start-call":  startCall,
	"session":     session,
	"config":      configs,
	"state":       state,
	"lock":        lock,
	"bench":       bench,
	"bench-start": benchStart,
	"bench-sink":  benchSink,
	"bench-hash":  benchHash,
}

// errUsage makes the exit code 2; what was wrong has been printed.
var errUsage = errors.New("usage")

func main() {
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, usage)
		os.Exit(2)
	}
	err := commands[os.Args[1]](os.Args[2:])
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// paths are where CVT keeps its files.
type paths struct{ config, state, root string }

// flags makes a flag set with the paths in it; a missing HOME leaves them empty.
func flags(name string) (*flag.FlagSet, *paths) {
	at := &paths{}
	at.config, _ = pluginmgr.DefaultConfigPath()
	at.state, _ = pluginmgr.DefaultStatePath()
	at.root, _ = pluginmgr.DefaultPluginRoot()
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.StringVar(&at.config, "config", at.config, "config.yaml")
	set.StringVar(&at.state, "state", at.state, "state.json")
	set.StringVar(&at.root, "root", at.root, "folder of the plugins")
	return set, at
}

func parse(set *flag.FlagSet, args []string) error {
	switch err := set.Parse(args); {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return err
	default:
		return errUsage
	}
}

func wrong(format string, args ...any) error {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	return errUsage
}

// emit writes one JSON line.
func emit(to io.Writer, value any) error {
	out := json.NewEncoder(to)
	out.SetEscapeHTML(false)
	return out.Encode(value)
}

// each calls fn for every JSON value on standard input and prints its answer as a line.
func each[T any](fn func(T) any) error {
	in := json.NewDecoder(os.Stdin)
	for {
		var asked T
		if err := in.Decode(&asked); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		if err := emit(os.Stdout, fn(asked)); err != nil {
			return err
		}
	}
}
