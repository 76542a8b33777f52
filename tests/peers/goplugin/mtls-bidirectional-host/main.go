// Command mtls-bidirectional-host runs a plugin that serves go-plugin's bidirectional counter example
// under AutoMTLS: the plugin calls back through the broker to have the numbers added up by the host.
// It puts 40 and then 2 under one key and prints the sum that it reads back.
package main

import (
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/go-plugin/examples/bidirectional/shared"
)

type adder struct{ calls int }

func (a *adder) Sum(x, y int64) (int64, error) {
	a.calls++
	return x + y, nil
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: mtls-bidirectional-host PLUGIN [ARG...]   (the counter is the file kv_KEY in the current folder)")
		os.Exit(2)
	}
	log.SetOutput(io.Discard)
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(program string, args []string) error {
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  shared.Handshake,
		Plugins:          shared.PluginMap,
		Cmd:              exec.Command(program, args...),
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS:         true,
		StartTimeout:     20 * time.Second,
		Logger:           hclog.NewNullLogger(),
	})
	defer client.Kill()
	connection, err := client.Client()
	if err != nil {
		return err
	}
	raw, err := connection.Dispense("counter")
	if err != nil {
		return err
	}
	counter := raw.(shared.Counter)
	adds := &adder{}
	for _, value := range []int64{40, 2} {
		if err := counter.Put("sum", value, adds); err != nil {
			return err
		}
	}
	sum, err := counter.Get("sum")
	if err != nil {
		return err
	}
	fmt.Printf("sum %d, callbacks %d\n", sum, adds.calls)
	return nil
}
