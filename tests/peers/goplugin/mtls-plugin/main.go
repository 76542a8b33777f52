// Command mtls-plugin is go-plugin's KV example kept in memory, served by go-plugin with whatever TLS
// the host asks for. The key "tls" reads what the plugin sees of the connection, as JSON.
package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"strings"
	"sync"

	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/go-plugin/examples/grpc/proto"
	"github.com/hashicorp/go-plugin/examples/grpc/shared"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
)

type kv struct {
	mu     sync.Mutex
	values map[string][]byte
}

func (s *kv) Put(_ context.Context, req *proto.PutRequest) (*proto.Empty, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values[req.GetKey()] = req.GetValue()
	return &proto.Empty{}, nil
}

func (s *kv) Get(ctx context.Context, req *proto.GetRequest) (*proto.GetResponse, error) {
	if req.GetKey() == "tls" {
		return &proto.GetResponse{Value: connection(ctx)}, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	value, found := s.values[req.GetKey()]
	if !found {
		return nil, status.Errorf(codes.NotFound, "no value for %q", req.GetKey())
	}
	return &proto.GetResponse{Value: value}, nil
}

// connection tells what the host calls itself, the TLS version and the host's certificate.
func connection(ctx context.Context) []byte {
	facts := map[string]any{}
	if fields, ok := metadata.FromIncomingContext(ctx); ok {
		facts["agent"] = strings.Join(fields.Get("user-agent"), " ")
	}
	if from, ok := peer.FromContext(ctx); ok {
		if info, ok := from.AuthInfo.(credentials.TLSInfo); ok {
			facts["version"] = tls.VersionName(info.State.Version)
			for _, certificate := range info.State.PeerCertificates {
				facts["host_subject"] = certificate.Subject.String()
				facts["host_algorithm"] = certificate.SignatureAlgorithm.String()
			}
		}
	}
	text, _ := json.Marshal(facts)
	return text
}

type kvPlugin struct {
	plugin.NetRPCUnsupportedPlugin
	server proto.KVServer
}

func (p *kvPlugin) GRPCServer(_ *plugin.GRPCBroker, s *grpc.Server) error {
	proto.RegisterKVServer(s, p.server)
	return nil
}

func (*kvPlugin) GRPCClient(context.Context, *plugin.GRPCBroker, *grpc.ClientConn) (any, error) {
	return nil, status.Error(codes.Unimplemented, "this is the plugin")
}

func main() {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: shared.Handshake,
		Plugins:         plugin.PluginSet{"kv_grpc": &kvPlugin{server: &kv{values: map[string][]byte{}}}},
		GRPCServer:      plugin.DefaultGRPCServer,
	})
}
