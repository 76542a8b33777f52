// Command cvt-plugin-echo is the echo plugin on CVT's Go SDK.
// What it does is written in ../ECHO.md; its twin in Java does the same.
package main

import (
	"os"

	"github.com/hashicorp/go-hclog"
	"github.com/sahina/cvt/pkg/cvtplugin"
)

func main() {
	// Serving replaces os.Stdout and os.Stderr by pipes that end at the host, so these are kept
	// for what has to bypass them: the log, a crash dump, a child that holds the real descriptors.
	real := streams{out: os.Stdout, err: os.Stderr}
	logger := hclog.New(&hclog.LoggerOptions{
		Name:       "echo",
		Level:      hclog.Trace,
		Output:     real.err,
		JSONFormat: true,
	})
	echo := &echo{special: special{log: logger, real: real}, config: &config{values: map[string]string{}}}
	cvtplugin.Serve(
		cvtplugin.PluginInfo{Name: "echo", Version: "1.0.0"},
		cvtplugin.WithRegistryProvider(echo),
		cvtplugin.WithEventHandler(echo),
		cvtplugin.WithConfigReceiver(echo.config),
		cvtplugin.WithLogger(logger),
	)
}
