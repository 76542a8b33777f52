package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	registrypb "github.com/sahina/cvt/pkg/cvtplugin/pb/registry/v1"
)

// figures is one measurement of fetch_schema through the hooks. Times are in microseconds, memory is in
// bytes.
type figures struct {
	Callers      int     `json:"callers"`
	Rate         float64 `json:"rate"` // calls/s asked for; 0 means as fast as they return
	Calls        int     `json:"calls"`
	Failed       int64   `json:"failed"`
	Seconds      float64 `json:"seconds"`
	PerSecond    float64 `json:"calls_per_s"`
	P50          float64 `json:"p50_us"`
	P90          float64 `json:"p90_us"`
	P99          float64 `json:"p99_us"`
	P999         float64 `json:"p999_us"`
	Max          float64 `json:"max_us"`
	CPU          float64 `json:"cpu_us_per_call"`
	PluginCPU    float64 `json:"plugin_cpu_us_per_call"`
	Allocated    float64 `json:"alloc_bytes_per_call"`
	RSSAnonymous int64   `json:"rss_anon_bytes"`
}

// step is what is asked for by a line: to warm up, or one turn that is measured, with so many callers.
type step struct {
	Warm int `json:"warm"`
	Turn int `json:"turn"`
}

func bench(args []string) error {
	set, at := flags("bench")
	warmup := set.Duration("warmup", 3*time.Second, "of what {\"warm\": CALLERS} asks for, in a closed loop")
	settle := set.Duration("settle", 0, "at a fixed rate: after that, and its figures are the answer")
	duration := set.Duration("duration", 5*time.Second, "of what {\"turn\": CALLERS} asks for")
	rate := set.Float64("rate", 0, "calls/s at fixed times, latency counted from the time that was due; 0: closed loop")
	schema := set.String("schema-id", "pets", "schema_id of the requests")
	audit := set.String("audit", "", "file for zap's audit lines; empty: no audit")
	if err := parse(set, args); err != nil {
		return err
	}
	made, err := open(at, *audit, "", false)
	if err != nil {
		return err
	}
	defer made.close()
	if err := made.start(); err != nil {
		return err
	}
	var pids []int
	for _, handle := range made.handles() {
		pids = append(pids, handle.PID)
	}
	return each(func(asked step) any {
		load := load{running: made, schema: *schema, callers: max(asked.Warm, asked.Turn), pids: pids}
		if asked.Warm > 0 {
			first := load.run(*warmup)
			if *rate == 0 || *settle == 0 {
				return first
			}
			load.rate = *rate
			return load.run(*settle)
		}
		load.rate = *rate
		return load.run(*duration)
	})
}

type load struct {
	*running
	schema  string
	callers int
	rate    float64
	pids    []int
	failed  atomic.Int64
}

func (l *load) run(duration time.Duration) figures {
	l.failed.Store(0)
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu, pluginCPU := ownCPU(), l.pluginCPU()
	begin := time.Now()
	latencies := l.latencies(begin, duration)
	elapsed := time.Since(begin)
	cpu, pluginCPU = ownCPU()-cpu, l.pluginCPU()-pluginCPU
	runtime.ReadMemStats(&after)

	slices.Sort(latencies)
	calls := len(latencies)
	at := func(share float64) float64 {
		if calls == 0 {
			return 0
		}
		return float64(latencies[min(calls-1, int(share*float64(calls)))].Nanoseconds()) / 1000
	}
	per := func(total float64) float64 { return total / float64(max(1, calls)) }
	return figures{
		Callers: l.callers, Rate: l.rate, Calls: calls, Failed: l.failed.Load(), Seconds: elapsed.Seconds(),
		PerSecond: float64(calls) / elapsed.Seconds(),
		P50:       at(.5), P90: at(.9), P99: at(.99), P999: at(.999), Max: at(1),
		CPU:          per(float64(cpu.Microseconds())),
		PluginCPU:    per(float64(pluginCPU.Microseconds())),
		Allocated:    per(float64(after.TotalAlloc - before.TotalAlloc)),
		RSSAnonymous: rssAnonymous(),
	}
}

// latencies lets all callers call until the time is over. At a fixed rate caller c makes the calls
// c, c+callers, … and a call that starts late is as slow as its caller found it.
func (l *load) latencies(begin time.Time, duration time.Duration) []time.Duration {
	each := make([][]time.Duration, l.callers)
	var wait sync.WaitGroup
	for caller := range l.callers {
		wait.Add(1)
		go func() {
			defer wait.Done()
			alarm := newAlarm()
			defer alarm.file.Close()
			mine := make([]time.Duration, 0, 1<<16)
			for number := caller; ; number += l.callers {
				due := time.Now()
				if l.rate > 0 {
					due = begin.Add(time.Duration(float64(number) / l.rate * float64(time.Second)))
					if due.Sub(begin) < duration {
						alarm.sleepUntil(due)
					}
				}
				if due.Sub(begin) >= duration {
					break
				}
				l.one()
				mine = append(mine, time.Since(due))
			}
			each[caller] = mine
		}()
	}
	wait.Wait()
	return slices.Concat(each...)
}

// alarm is a timer of the kernel's that a goroutine waits for as it waits for a socket, and so wakes up some
// 30 µs late. time.Sleep takes up to a millisecond more; nanosleep keeps the processor of its goroutine from
// all others for up to 10 ms, which made the calls themselves late.
type alarm struct {
	fd   int
	file *os.File // of the same; its own Fd would make it block
}

func newAlarm() alarm {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		panic(err)
	}
	return alarm{fd, os.NewFile(uintptr(fd), "alarm")}
}

func (a alarm) sleepUntil(due time.Time) {
	var expired [8]byte
	for left := time.Until(due); left > 0; left = time.Until(due) {
		at := unix.ItimerSpec{Value: unix.NsecToTimespec(left.Nanoseconds())}
		if err := unix.TimerfdSettime(a.fd, 0, &at, nil); err != nil {
			panic(err)
		}
		if _, err := a.file.Read(expired[:]); err != nil {
			panic(err)
		}
	}
}

func (l *load) one() {
	request := &registrypb.FetchSchemaRequest{SchemaId: l.schema, RequestId: "bench"}
	if _, err := l.hooks.FetchSchema(context.Background(), request); err != nil {
		l.failed.Add(1)
	}
}

func (l *load) pluginCPU() time.Duration {
	var total time.Duration
	for _, pid := range l.pids {
		total += processCPU(pid)
	}
	return total
}

func ownCPU() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// processCPU reads user and system time from /proc, in ticks of 10 ms; 0 where there is none.
func processCPU(pid int) time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * 10 * time.Millisecond
}

func rssAnonymous() int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, found := strings.CutPrefix(line, "RssAnon:"); found {
			size, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return size * 1024
		}
	}
	return 0
}
