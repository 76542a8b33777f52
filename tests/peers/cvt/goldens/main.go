// Command goldens prints what Go's encoding/json and zap make of given values, as CVT uses them: JSON
// lines in, JSON lines out. Bytes travel as base64. ../../README.md lists the questions.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/sahina/cvt/internal/pluginmgr"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"google.golang.org/grpc/codes"
)

// question has an op and the one value that this op reads.
type question struct {
	Op     string                 `json:"op"`
	Bytes  []byte                 `json:"bytes"`  // state, json_string, zap_string
	State  *pluginmgr.StateFile   `json:"state"`  // write_state
	Record *pluginmgr.AuditRecord `json:"record"` // audit, audit_json
	Nanos  []int64                `json:"nanos"`  // zap_time: since the epoch
	Texts  []string               `json:"texts"`  // duration
	Number uint32                 `json:"number"` // code
}

type answer struct {
	OK    bool     `json:"ok"`
	Error string   `json:"error,omitempty"`
	Bytes []byte   `json:"bytes,omitempty"`
	Texts []string `json:"texts,omitempty"`
}

func main() {
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var asked question
		if err := in.Decode(&asked); err != nil {
			if errors.Is(err, io.EOF) {
				return
			}
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		got, err := reply(asked)
		got.OK = err == nil
		if err != nil {
			got.Error = err.Error()
		}
		if err := out.Encode(got); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func reply(asked question) (answer, error) {
	switch asked.Op {
	case "state":
		return rewritten(asked.Bytes)
	case "write_state":
		return written(asked.State)
	case "json_string":
		text, err := json.Marshal(string(asked.Bytes))
		return answer{Bytes: text}, err
	case "zap_string":
		return answer{Bytes: zapLine(time.Unix(0, 0), func(log *zap.Logger) {
			log.Info("m", zap.String("s", string(asked.Bytes)))
		})}, nil
	case "audit":
		return answer{Bytes: zapLine(asked.Record.Timestamp, func(log *zap.Logger) {
			pluginmgr.ZapAuditSink{L: log}.Record(*asked.Record)
		})}, nil
	case "audit_json":
		text, err := json.Marshal(asked.Record)
		return answer{Bytes: text}, err
	case "zap_time":
		return answer{Texts: each(asked.Nanos, func(nanos int64) string {
			line := zapLine(time.Unix(0, nanos), func(log *zap.Logger) { log.Info("m") })
			_, rest, _ := strings.Cut(string(line), `"ts":`)
			number, _, _ := strings.Cut(rest, ",")
			return number
		})}, nil
	case "duration":
		return answer{Texts: each(asked.Texts, func(text string) string {
			parsed, err := time.ParseDuration(text)
			if err != nil {
				return err.Error()
			}
			return strconv.FormatInt(parsed.Nanoseconds(), 10)
		})}, nil
	case "code":
		return answer{Texts: []string{codes.Code(asked.Number).String()}}, nil
	}
	return answer{}, fmt.Errorf("unknown op %q", asked.Op)
}

func each[T any](values []T, fn func(T) string) []string {
	texts := make([]string, 0, len(values))
	for _, value := range values {
		texts = append(texts, fn(value))
	}
	return texts
}

// rewritten lets CVT read a state file with these bytes and write back what it read.
func rewritten(content []byte) (answer, error) {
	return inFolder(func(file string) error {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			return err
		}
		found, err := pluginmgr.ReadState(file)
		if err != nil {
			return err
		}
		return pluginmgr.WriteState(file, found)
	})
}

func written(state *pluginmgr.StateFile) (answer, error) {
	return inFolder(func(file string) error { return pluginmgr.WriteState(file, state) })
}

// inFolder answers with what fn leaves in a state file of its own.
func inFolder(fn func(file string) error) (answer, error) {
	folder, err := os.MkdirTemp("", "goldens-")
	if err != nil {
		return answer{}, err
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "state.json")
	if err := fn(file); err != nil {
		return answer{}, errors.New(strings.ReplaceAll(err.Error(), folder+string(filepath.Separator), ""))
	}
	content, err := os.ReadFile(file)
	return answer{Bytes: content}, err
}

// stopped is a clock that stands still.
type stopped struct{ at time.Time }

func (s stopped) Now() time.Time                         { return s.at }
func (s stopped) NewTicker(d time.Duration) *time.Ticker { return time.NewTicker(d) }

// zapLine is the line that zap's production encoder writes at that time, its newline included.
func zapLine(at time.Time, fn func(*zap.Logger)) []byte {
	var line bytes.Buffer
	encoder := zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig())
	fn(zap.New(zapcore.NewCore(encoder, zapcore.AddSync(&line), zapcore.InfoLevel), zap.WithClock(stopped{at})))
	return line.Bytes()
}
