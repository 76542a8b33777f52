package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
	"github.com/sahina/cvt/internal/pluginclient"
	"github.com/sahina/cvt/internal/pluginmgr"
	"github.com/sahina/cvt/pkg/cvt"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// running is one manager with its own metrics, audit and log.
type running struct {
	manager  *pluginmgr.Manager
	hooks    cvt.Hooks
	config   *pluginmgr.Config
	registry *prometheus.Registry
	records  *records
	close    func()
}

// open loads both files and makes a manager that runs nothing yet. The audit goes to memory where keep
// says so, and to auditFile where there is one; the log of manager and plugins goes to logFile.
func open(at *paths, auditFile, logFile string, keep bool) (*running, error) {
	config, err := pluginmgr.Load(at.config, at.root)
	if err != nil {
		return nil, err
	}
	installed, err := pluginmgr.ReadState(at.state)
	if err != nil {
		return nil, err
	}
	var files []*os.File
	toFile := func(path string, level zapcore.Level) (*zap.Logger, error) {
		if path == "" {
			return zap.NewNop(), nil
		}
		file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
		return zapTo(zapcore.Lock(file), level), nil
	}
	log, err := toFile(logFile, zapcore.DebugLevel)
	if err != nil {
		return nil, err
	}
	auditLog, err := toFile(auditFile, zapcore.InfoLevel)
	if err != nil {
		return nil, err
	}
	made := &running{config: config, registry: prometheus.NewRegistry(), records: &records{}}
	var sinks sinks
	if keep {
		sinks = append(sinks, made.records)
	}
	if auditFile != "" {
		sinks = append(sinks, pluginmgr.ZapAuditSink{L: auditLog})
	}
	made.manager = pluginmgr.New(config, installed, pluginmgr.Options{
		Logger:  log,
		Metrics: pluginmgr.NewMetrics(made.registry),
		Audit:   sinks,
	})
	made.hooks = pluginclient.NewHooks(made.manager)
	made.close = func() {
		made.manager.Stop()
		for _, file := range files {
			_ = file.Close()
		}
	}
	return made, nil
}

// zapTo is zap's production encoding without sampling and callers.
func zapTo(to zapcore.WriteSyncer, level zapcore.Level, options ...zap.Option) *zap.Logger {
	encoder := zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig())
	return zap.New(zapcore.NewCore(encoder, to, level), options...)
}

func (r *running) start() error { return r.manager.Start(context.Background()) }

func (r *running) handles() map[string]pluginmgr.HandleInfo {
	found := map[string]pluginmgr.HandleInfo{}
	for name := range r.config.Plugins {
		if handle, ok := r.manager.Handle(name); ok {
			found[name] = handle
		}
	}
	return found
}

// exposition is what a scraper would be given.
func (r *running) exposition() (string, error) {
	families, err := r.registry.Gather()
	if err != nil {
		return "", err
	}
	var text bytes.Buffer
	for _, family := range families {
		if _, err := expfmt.MetricFamilyToText(&text, family); err != nil {
			return "", err
		}
	}
	return text.String(), nil
}

// records keeps audit records; CVT's own RecordingAuditSink may not be used from several threads.
type records struct {
	mu   sync.Mutex
	list []pluginmgr.AuditRecord
}

func (r *records) Record(record pluginmgr.AuditRecord) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, record)
}

func (r *records) all() []pluginmgr.AuditRecord {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]pluginmgr.AuditRecord{}, r.list...)
}

// sinks hands a record to each in turn.
type sinks []pluginmgr.AuditSink

func (s sinks) Record(record pluginmgr.AuditRecord) {
	for _, sink := range s {
		sink.Record(record)
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func since(start time.Time) float64 { return milliseconds(time.Since(start)) }

func unknownHook(name string) error { return fmt.Errorf("unknown hook %q", name) }
