package main

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sahina/cvt/internal/pluginmgr"
	"go.uber.org/zap/zapcore"
)

// benchStart measures New and Start until everything is ready, and Stop, again and again.
func benchStart(args []string) error {
	set, at := flags("bench-start")
	times := set.Int("times", 10, "starts")
	if err := parse(set, args); err != nil {
		return err
	}
	var starts, stops []float64
	var plugins int
	for range *times {
		made, err := open(at, "", "", false)
		if err != nil {
			return err
		}
		begin := time.Now()
		if err := made.start(); err != nil {
			made.close()
			return err
		}
		starts = append(starts, since(begin))
		plugins = len(made.handles())
		begin = time.Now()
		made.close()
		stops = append(stops, since(begin))
	}
	return printLine(map[string]any{
		"plugins": plugins, "start_ms": starts, "stop_ms": stops,
		"start_median_ms": median(starts), "stop_median_ms": median(stops),
		"rss_anon_bytes": rssAnonymous(),
	})
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	return sorted[len(sorted)/2]
}

// benchSink writes audit records as fast as the threads can.
func benchSink(args []string) error {
	set, _ := flags("bench-sink")
	threads := set.String("threads", "1,8", "numbers of threads, measured one after the other")
	duration := set.Duration("duration", 3*time.Second, "of each measurement, after a third of it to warm up")
	path := set.String("file", "", "the file that is appended to")
	if err := parse(set, args); err != nil {
		return err
	}
	if *path == "" {
		return wrong("-file is missing")
	}
	file, err := os.OpenFile(*path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	sink := pluginmgr.ZapAuditSink{L: zapTo(zapcore.Lock(file), zapcore.InfoLevel)}
	for _, word := range strings.Split(*threads, ",") {
		count, err := strconv.Atoi(word)
		if err != nil || count < 1 {
			return wrong("not a number of threads: %q", word)
		}
		flood(sink, count, *duration/3)
		begin := time.Now()
		written := flood(sink, count, *duration)
		err = printLine(map[string]any{
			"threads": count, "records": written, "records_per_s": float64(written) / time.Since(begin).Seconds(),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func flood(sink pluginmgr.AuditSink, threads int, duration time.Duration) int64 {
	var written atomic.Int64
	var wait sync.WaitGroup
	end := time.Now().Add(duration)
	for range threads {
		wait.Add(1)
		go func() {
			defer wait.Done()
			var mine int64
			for time.Now().Before(end) {
				sink.Record(pluginmgr.AuditRecord{
					Kind: pluginmgr.AuditKindRead, Plugin: "echo", ReportedVersion: "echo/1.0.0",
					SHA256: strings.Repeat("0123456789abcdef", 4), PID: 4711, RequestID: "bench",
					Service: "registry.v1", Method: "FetchSchema", DurationMS: 1,
					Outcome: pluginmgr.OutcomeOK, Timestamp: time.Now().UTC(),
				})
				mine++
			}
			written.Add(mine)
		}()
	}
	wait.Wait()
	return written.Load()
}

// benchHash hashes each file as an install check does; the first time of the first file is cold.
func benchHash(args []string) error {
	set, _ := flags("bench-hash")
	times := set.Int("times", 5, "times each file is hashed")
	if err := parse(set, args); err != nil {
		return err
	}
	if set.NArg() == 0 {
		return wrong("usage: gomanager bench-hash [-times N] FILE...")
	}
	for _, path := range set.Args() {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		var took []float64
		for range *times {
			begin := time.Now()
			// No hash matches the empty one, and the answer says what was found: it was computed.
			_ = pluginmgr.VerifyInstalled(pluginmgr.InstalledPlugin{BinaryPath: path})
			took = append(took, since(begin))
		}
		if err := printLine(map[string]any{"file": path, "bytes": info.Size(), "ms": took}); err != nil {
			return err
		}
	}
	return nil
}
