package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"
)

func printLine(value any) error { return emit(os.Stdout, value) }

// command is one line to a session.
type command struct {
	Op        string          `json:"op"`
	Hook      string          `json:"hook"`
	Request   json.RawMessage `json:"request"`
	TimeoutMS int             `json:"timeout_ms"` // 0: the caller sets no deadline
}

// session obeys one command after another on one manager and answers each with one line, whose "ok"
// says whether it worked.
func session(args []string) error {
	set, at := flags("session")
	audit := set.String("audit", "", "file for zap's audit lines")
	log := set.String("log", "", "file for zap's log lines, the plugins' included")
	if err := parse(set, args); err != nil {
		return err
	}
	made, err := open(at, *audit, *log, true)
	if err != nil {
		return err
	}
	defer made.close()
	return each(func(asked command) any {
		answer, err := made.obey(asked)
		if err != nil {
			return map[string]any{"ok": false, "error": err.Error()}
		}
		return answer
	})
}

func (r *running) obey(asked command) (any, error) {
	begin := time.Now()
	switch asked.Op {
	case "start":
		if err := r.start(); err != nil {
			return nil, err
		}
		return map[string]any{"ok": true, "ms": since(begin), "handles": r.handles()}, nil
	case "call":
		ctx := context.Background()
		if asked.TimeoutMS > 0 {
			limited, cancel := context.WithTimeout(ctx, time.Duration(asked.TimeoutMS)*time.Millisecond)
			defer cancel()
			ctx = limited
		}
		return call(ctx, r.hooks, asked.Hook, asked.Request)
	case "handles":
		return map[string]any{"ok": true, "handles": r.handles()}, nil
	case "audit":
		return map[string]any{"ok": true, "audit": r.records.all()}, nil
	case "metrics":
		text, err := r.exposition()
		return map[string]any{"ok": true, "metrics": text}, err
	case "stop":
		r.manager.Stop()
		return map[string]any{"ok": true, "ms": since(begin)}, nil
	}
	return nil, fmt.Errorf("unknown op %q: start, call, handles, audit, metrics, stop", asked.Op)
}
