package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/sahina/cvt/internal/pluginmgr"
)

// state does what its first argument says to the state file, through CVT's own functions.
func state(args []string) error {
	set, at := flags("state")
	if err := parse(set, args); err != nil {
		return err
	}
	rest := set.Args()
	is := func(word string, count int) bool { return len(rest) == count && rest[0] == word }
	switch {
	case is("read", 1):
		found, err := pluginmgr.ReadState(at.state)
		if err != nil {
			return err
		}
		return printLine(found)
	case is("write", 1):
		var next pluginmgr.StateFile
		if err := json.NewDecoder(os.Stdin).Decode(&next); err != nil {
			return err
		}
		return pluginmgr.WriteState(at.state, &next)
	case is("install", 3):
		entry, err := pluginmgr.Install(rest[1], rest[2], at.root, at.state)
		if err != nil {
			return err
		}
		return printLine(entry)
	case is("remove", 2):
		return pluginmgr.Remove(rest[1], at.root, at.state)
	case is("verify", 2):
		found, err := pluginmgr.ReadState(at.state)
		if err != nil {
			return err
		}
		entry, ok := found.Plugins[rest[1]]
		if !ok {
			return fmt.Errorf("plugin %q not installed", rest[1])
		}
		return pluginmgr.VerifyInstalled(entry)
	}
	return wrong("usage: gomanager state [FLAGS] read | write | install SOURCE NAME | remove NAME | verify NAME")
}

// lock takes the lock of the state file the way CVT does.
func lock(args []string) error {
	set, at := flags("lock")
	if err := parse(set, args); err != nil {
		return err
	}
	rest := set.Args()
	hold := len(rest) == 2 && rest[0] == "hold"
	if !hold && !(len(rest) == 1 && rest[0] == "try") {
		return wrong("usage: gomanager lock [FLAGS] hold SECONDS | try")
	}
	file, err := os.OpenFile(at.state+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	if !hold {
		if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
			return fmt.Errorf("held: %w", err)
		}
		fmt.Println("free")
		return nil
	}
	seconds, err := strconv.ParseFloat(rest[1], 64)
	if err != nil {
		return wrong("not a number of seconds: %s", rest[1])
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	fmt.Println("held", os.Getpid())
	ended := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(ended)
	}()
	select {
	case <-ended: // whoever started it wants the lock released
	case <-time.After(time.Duration(seconds * float64(time.Second))):
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_UN); err != nil {
		return err
	}
	fmt.Println("released")
	return nil
}

// candidate is one config to be judged; Base64 is for bytes that are no text.
type candidate struct {
	YAML   string            `json:"yaml"`
	Base64 string            `json:"base64"`
	Home   string            `json:"home"`
	Env    map[string]string `json:"env"`
}

// configs judges each config as CVT would load it from HOME/.cvt/config.yaml, with HOME and nothing
// else in the environment but what the candidate brings.
func configs(args []string) error {
	set, _ := flags("config")
	if err := parse(set, args); err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "gomanager-config-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "config.yaml")
	return each(func(asked candidate) any {
		loaded, err := asked.load(file)
		if err != nil {
			// The name of the temp file is ours, not CVT's.
			text := bytes.ReplaceAll([]byte(err.Error()), []byte(file), []byte("config.yaml"))
			return map[string]any{"ok": false, "error": string(text)}
		}
		return map[string]any{"ok": true, "config": loaded}
	})
}

func (c candidate) load(file string) (*pluginmgr.Config, error) {
	content := []byte(c.YAML)
	if c.Base64 != "" {
		decoded, err := base64.StdEncoding.DecodeString(c.Base64)
		if err != nil {
			return nil, err
		}
		content = decoded
	}
	if c.Home == "" {
		return nil, errors.New(`"home" is missing`)
	}
	if err := os.WriteFile(file, content, 0o600); err != nil {
		return nil, err
	}
	os.Clearenv()
	os.Setenv("HOME", c.Home)
	for name, value := range c.Env {
		os.Setenv(name, value)
	}
	return pluginmgr.Load(file, filepath.Join(c.Home, ".cvt", "plugins"))
}
