// Command mtls-host runs any plugin that serves go-plugin's KV example, with AutoMTLS unless told
// otherwise, and prints what it saw as one JSON object. It exits with 1 when a step fails.
package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/go-plugin/examples/grpc/proto"
	"github.com/hashicorp/go-plugin/examples/grpc/shared"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"
)

type report struct {
	Protocol    string   `json:"protocol"`
	Version     int      `json:"version"`
	TLS         string   `json:"tls"` // version name, empty without TLS
	Subject     string   `json:"plugin_subject"`
	Algorithm   string   `json:"plugin_algorithm"`
	DNSNames    []string `json:"plugin_dns_names"`
	Value       string   `json:"value"`        // what was put, read back
	PluginSees  string   `json:"plugin_sees"`  // the key "tls", where the plugin knows it
	Ping        string   `json:"ping"`         // "ok" or the error of the health check
	ExitedAfter bool     `json:"exited_after"` // the process was gone once the host had stopped it
	Error       string   `json:"error,omitempty"`
}

type kvPlugin struct{ plugin.NetRPCUnsupportedPlugin }

func (*kvPlugin) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error {
	return fmt.Errorf("this is the host")
}

func (*kvPlugin) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, c *grpc.ClientConn) (any, error) {
	return proto.NewKVClient(c), nil
}

func main() {
	mtls := flag.Bool("mtls", true, "ask for AutoMTLS")
	multiplex := flag.Bool("multiplex", false, "ask for broker multiplexing")
	level := flag.String("log", "off", "hclog level of the host and the plugin's log, on stderr")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: mtls-host [-mtls=false] [-multiplex] [-log LEVEL] PLUGIN [ARG...]")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:     shared.Handshake,
		Plugins:             plugin.PluginSet{"kv_grpc": &kvPlugin{}},
		Cmd:                 exec.Command(flag.Arg(0), flag.Args()[1:]...),
		AllowedProtocols:    []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS:            *mtls,
		GRPCBrokerMultiplex: *multiplex,
		StartTimeout:        20 * time.Second,
		Logger:              hclog.New(&hclog.LoggerOptions{Name: "host", Level: hclog.LevelFromString(*level), Output: os.Stderr}),
	})
	var seen report
	if err := look(client, &seen); err != nil {
		seen.Error = err.Error()
	}
	client.Kill()
	seen.ExitedAfter = client.Exited()
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	_ = out.Encode(seen)
	if seen.Error != "" {
		os.Exit(1)
	}
}

func look(client *plugin.Client, seen *report) error {
	connection, err := client.Client()
	if err != nil {
		return err
	}
	seen.Protocol, seen.Version = string(client.Protocol()), client.NegotiatedVersion()
	seen.Ping = "ok"
	if err := connection.Ping(); err != nil {
		seen.Ping = err.Error()
	}
	raw, err := connection.Dispense("kv_grpc")
	if err != nil {
		return err
	}
	kv := raw.(proto.KVClient)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var other peer.Peer
	if _, err := kv.Put(ctx, &proto.PutRequest{Key: "k", Value: []byte("v")}, grpc.Peer(&other)); err != nil {
		return err
	}
	if info, ok := other.AuthInfo.(credentials.TLSInfo); ok {
		seen.TLS = tls.VersionName(info.State.Version)
		for _, certificate := range info.State.PeerCertificates {
			seen.Subject, seen.DNSNames = certificate.Subject.String(), certificate.DNSNames
			seen.Algorithm = certificate.SignatureAlgorithm.String()
		}
	}
	value, err := kv.Get(ctx, &proto.GetRequest{Key: "k"})
	if err != nil {
		return err
	}
	seen.Value = string(value.GetValue())
	if facts, err := kv.Get(ctx, &proto.GetRequest{Key: "tls"}); err == nil {
		seen.PluginSees = string(facts.GetValue())
	}
	return nil
}
