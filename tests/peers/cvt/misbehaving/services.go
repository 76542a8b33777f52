package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	events "github.com/sahina/cvt/pkg/cvtplugin/pb/events/v1"
	handshake "github.com/sahina/cvt/pkg/cvtplugin/pb/handshake/v1"
	registry "github.com/sahina/cvt/pkg/cvtplugin/pb/registry/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const mib = 1 << 20

func (p *plugin) serve() {
	largest := 4 * mib
	switch p.mode {
	case "takes-small-requests":
		largest = 5 * mib / 2
	case "dies-of-oversized-requests":
		largest = 64 * mib
	}
	options := []grpc.ServerOption{grpc.MaxRecvMsgSize(largest)}
	if p.is("answers-anything") {
		options = append(options, grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error {
			return stream.SendMsg(&emptypb.Empty{})
		}))
	}
	server := grpc.NewServer(options...)
	if !p.is("without-health") {
		grpc_health_v1.RegisterHealthServer(server, &health{plugin: p})
	}
	server.RegisterService(p.controller(server), nil)
	if !p.is("without-stdio") {
		server.RegisterService(p.stdio(), nil)
	}
	if !p.is("without-info") {
		handshake.RegisterPluginHandshakeServer(server, &greeter{plugin: p, seen: map[string]bool{}})
	}
	registry.RegisterRegistryProviderServer(server, &schemas{plugin: p, slots: make(chan struct{}, 64), seen: map[string]bool{}})
	if p.is("implements-no-event") {
		events.RegisterEventHandlerServer(server, events.UnimplementedEventHandlerServer{})
	} else {
		events.RegisterEventHandlerServer(server, &notices{})
	}
	if err := server.Serve(&gate{Listener: p.listener, plugin: p}); err != nil {
		fmt.Fprintln(os.Stderr, "[ERROR]", err)
		p.end(1)
	}
	select {} // whoever stops the server ends the process
}

// controller and stdio are go-plugin's services, whose generated code is not for others to use.
// Their messages are the empty one, and one whose first field is a number.
func (p *plugin) controller(server *grpc.Server) *grpc.ServiceDesc {
	return &grpc.ServiceDesc{
		ServiceName: "plugin.GRPCController",
		HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{{
			MethodName: "Shutdown",
			Handler: func(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
				go p.shutdown(server)
				return &emptypb.Empty{}, decode(&emptypb.Empty{})
			},
		}},
	}
}

func (p *plugin) shutdown(server *grpc.Server) {
	switch p.mode {
	case "ignores-shutdown":
	case "waits-for-all-calls":
		server.GracefulStop()
		p.end(0)
	case "stops-slowly":
		time.Sleep(2500 * time.Millisecond)
		p.end(0)
	case "cuts-calls":
		p.end(0)
	case "exits-3-after-shutdown":
		p.end(3)
	case "leaves-its-socket":
		os.Exit(0)
	default:
		timer := time.AfterFunc(time.Second, func() { p.end(0) })
		server.GracefulStop()
		timer.Stop()
		p.end(0)
	}
}

func (p *plugin) stdio() *grpc.ServiceDesc {
	return &grpc.ServiceDesc{
		ServiceName: "plugin.GRPCStdio",
		HandlerType: (*any)(nil),
		Streams: []grpc.StreamDesc{{
			StreamName:    "StreamStdio",
			ServerStreams: true,
			Handler: func(_ any, stream grpc.ServerStream) error {
				switch p.mode {
				case "ends-stdio-at-once":
					return nil
				case "fails-stdio":
					return status.Error(codes.Internal, "no output today")
				case "streams-from-channel-7":
					_ = stream.SendMsg(wrapperspb.Int32(7))
				}
				return p.streamPrints(stream)
			},
		}},
	}
}

type health struct {
	grpc_health_v1.UnimplementedHealthServer
	plugin *plugin
}

func (h *health) Check(
	_ context.Context, request *grpc_health_v1.HealthCheckRequest,
) (*grpc_health_v1.HealthCheckResponse, error) {
	p := h.plugin
	if p.is("dies-of-oversized-requests") && len(request.GetService()) > 4*mib {
		p.end(2)
	}
	answer := grpc_health_v1.HealthCheckResponse_SERVING
	if p.is("not-serving") {
		answer = grpc_health_v1.HealthCheckResponse_NOT_SERVING
	}
	if request.GetService() != "plugin" && !p.is("healthy-for-anybody") {
		return nil, status.Error(codes.NotFound, "unknown service")
	}
	return &grpc_health_v1.HealthCheckResponse{Status: answer}, nil
}

type greeter struct {
	handshake.UnimplementedPluginHandshakeServer
	plugin *plugin
	mu     sync.Mutex
	seen   map[string]bool
}

func (g *greeter) Info(context.Context, *handshake.InfoRequest) (*handshake.InfoResponse, error) {
	info := &handshake.InfoResponse{
		Name: "misbehaving", Version: "1.0.0", ProtocolVersion: 1, Services: []string{"registry.v1", "events.v1"},
	}
	switch g.plugin.mode {
	case "nameless":
		info.Name = ""
	case "of-protocol-2":
		info.ProtocolVersion = 2
	case "declares-twice":
		info.Services = append(info.Services, "registry.v1")
	case "hides-its-events":
		info.Services = info.Services[:1]
	}
	return info, nil
}

func (g *greeter) Health(context.Context, *handshake.HealthRequest) (*handshake.HealthResponse, error) {
	answer := handshake.HealthResponse_SERVING
	if g.plugin.is("unwell") {
		answer = handshake.HealthResponse_NOT_SERVING
	}
	return &handshake.HealthResponse{Status: answer}, nil
}

func (g *greeter) SetConfig(
	_ context.Context, request *handshake.SetConfigRequest,
) (*handshake.SetConfigResponse, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	pair := request.GetKey() + "=" + request.GetValue()
	switch g.plugin.mode {
	case "without-set-config":
		return nil, status.Error(codes.Unimplemented, "no configuration")
	case "dies-of-unknown-keys":
		if request.GetKey() == "conformance_unknown_key" {
			g.plugin.end(2)
		}
	case "refuses-its-config":
		if !strings.HasPrefix(pair, "conformance") {
			return nil, status.Error(codes.InvalidArgument, "no such key")
		}
	case "refuses-repetition":
		if g.seen[pair] {
			return nil, status.Error(codes.AlreadyExists, "it was set before")
		}
	case "logs-its-config":
		fmt.Fprintln(os.Stderr, "[INFO] set", pair)
	}
	g.seen[pair] = true
	return &handshake.SetConfigResponse{}, nil
}

type schemas struct {
	registry.UnimplementedRegistryProviderServer
	plugin *plugin
	slots  chan struct{}
	mu     sync.Mutex
	seen   map[string]bool
}

func (s *schemas) FetchSchema(
	ctx context.Context, request *registry.FetchSchemaRequest,
) (*registry.FetchSchemaResponse, error) {
	s.mind(request.GetSchemaId())
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return nil, status.FromContextError(ctx.Err()).Err()
	}
	s.plugin.print()
	switch s.plugin.mode {
	case "has-eight-callers-at-most":
		time.Sleep(50 * time.Millisecond)
		if len(s.slots) > 8 {
			return nil, status.Error(codes.ResourceExhausted, "too many callers")
		}
	case "works-on-after-deadlines":
		if request.GetSchemaId() == "slow" {
			time.Sleep(time.Minute)
		}
	case "works-on-after-cancelling":
		if due, _ := ctx.Deadline(); request.GetSchemaId() == "slow" && time.Until(due) > time.Second {
			time.Sleep(time.Minute)
		}
	}
	if request.GetSchemaId() == "slow" {
		select {
		case <-time.After(time.Minute):
		case <-ctx.Done():
			return nil, status.FromContextError(ctx.Err()).Err()
		}
	}
	answer := &registry.FetchSchemaResponse{Spec: []byte("{}"), ResolvedVersion: "1"}
	if s.plugin.is("names-no-version") {
		answer.ResolvedVersion = ""
	}
	return answer, nil
}

// mind dies of ids that others take for granted to be harmless.
func (s *schemas) mind(id string) {
	if s.plugin.is("dies-of-empty-ids") && id == "" || s.plugin.is("dies-of-odd-ids") && strings.Contains(id, "\x00") {
		s.plugin.end(2)
	}
}

func (s *schemas) RegisterConsumerUsage(
	_ context.Context, request *registry.RegisterConsumerUsageRequest,
) (*registry.RegisterConsumerUsageResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := request.GetConsumerId() + " " + request.GetSchemaId()
	if s.plugin.is("registers-once") && request.GetConsumerId() != "" && s.seen[key] {
		return nil, status.Error(codes.AlreadyExists, "registered before")
	}
	s.seen[key] = request.GetEndpoints() != nil
	return &registry.RegisterConsumerUsageResponse{Acknowledged: true}, nil
}

type notices struct {
	events.UnimplementedEventHandlerServer
}

func (*notices) OnBreakingChangeDetected(
	context.Context, *events.BreakingChangeDetectedRequest,
) (*events.EventResponse, error) {
	return &events.EventResponse{Acknowledged: true}, nil
}

func (*notices) OnValidationFailed(
	context.Context, *events.ValidationFailedRequest,
) (*events.EventResponse, error) {
	return &events.EventResponse{Acknowledged: true}, nil
}
