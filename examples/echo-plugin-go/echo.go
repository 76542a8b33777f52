package main

import (
	"context"
	"fmt"
	"strings"

	eventspb "github.com/sahina/cvt/pkg/cvtplugin/pb/events/v1"
	registrypb "github.com/sahina/cvt/pkg/cvtplugin/pb/registry/v1"
)

// echo answers all four methods.
type echo struct {
	special
	config *config
}

func (e *echo) FetchSchema(
	ctx context.Context, req *registrypb.FetchSchemaRequest,
) (*registrypb.FetchSchemaResponse, error) {
	spec, err := e.spec(ctx, req)
	if err != nil {
		return nil, err
	}
	version := req.GetVersion()
	if version == "" {
		version = "latest"
	}
	return &registrypb.FetchSchemaResponse{Spec: spec, ResolvedVersion: version}, nil
}

func (e *echo) spec(ctx context.Context, req *registrypb.FetchSchemaRequest) ([]byte, error) {
	if text, found, err := e.answer(req.GetSchemaId(), e.config); found || err != nil {
		return text, err
	}
	if err := e.obey(ctx, req.GetSchemaId(), req.GetRequestId()); err != nil {
		return nil, err
	}
	return []byte(fmt.Sprintf(`{"schema_id":%s,"version":%s,"request_id":%s,"config":%s}`,
		quote(req.GetSchemaId()), quote(req.GetVersion()), quote(req.GetRequestId()), e.config.json())), nil
}

func (e *echo) RegisterConsumerUsage(
	ctx context.Context, req *registrypb.RegisterConsumerUsageRequest,
) (*registrypb.RegisterConsumerUsageResponse, error) {
	if err := e.obey(ctx, req.GetSchemaId(), req.GetRequestId()); err != nil {
		return nil, err
	}
	endpoints := make([]string, 0, len(req.GetEndpoints()))
	for _, endpoint := range req.GetEndpoints() {
		words := []string{endpoint.GetMethod(), endpoint.GetPath()}
		if fields := endpoint.GetUsedFields(); len(fields) > 0 {
			words = append(words, strings.Join(fields, ","))
		}
		endpoints = append(endpoints, strings.Join(words, " "))
	}
	e.log.Info("register_consumer_usage",
		"request_id", req.GetRequestId(), "consumer_id", req.GetConsumerId(),
		"schema_id", req.GetSchemaId(), "schema_version", req.GetSchemaVersion(),
		"environment", req.GetEnvironment(), "endpoints", strings.Join(endpoints, "; "))
	return &registrypb.RegisterConsumerUsageResponse{Acknowledged: req.GetSchemaId() != "nack"}, nil
}

func (e *echo) OnBreakingChangeDetected(
	ctx context.Context, req *eventspb.BreakingChangeDetectedRequest,
) (*eventspb.EventResponse, error) {
	if err := e.obey(ctx, req.GetSchemaId(), req.GetRequestId()); err != nil {
		return nil, err
	}
	kinds := make([]string, 0, len(req.GetChanges()))
	for _, change := range req.GetChanges() {
		kinds = append(kinds, change.GetKind())
	}
	e.log.Info("on_breaking_change_detected",
		"request_id", req.GetRequestId(), "schema_id", req.GetSchemaId(),
		"old_version", req.GetOldVersion(), "new_version", req.GetNewVersion(),
		"detected_by", req.GetDetectedBy(), "changes", strings.Join(kinds, "; "))
	return &eventspb.EventResponse{Acknowledged: req.GetSchemaId() != "nack"}, nil
}

func (e *echo) OnValidationFailed(
	ctx context.Context, req *eventspb.ValidationFailedRequest,
) (*eventspb.EventResponse, error) {
	if err := e.obey(ctx, req.GetSchemaId(), req.GetRequestId()); err != nil {
		return nil, err
	}
	kinds := make([]string, 0, len(req.GetErrors()))
	for _, failure := range req.GetErrors() {
		kinds = append(kinds, failure.GetKind())
	}
	e.log.Info("on_validation_failed",
		"request_id", req.GetRequestId(), "schema_id", req.GetSchemaId(),
		"method", req.GetMethod(), "path", req.GetPath(), "errors", strings.Join(kinds, "; "))
	return &eventspb.EventResponse{Acknowledged: req.GetSchemaId() != "nack"}, nil
}

// quote is JSON's string in the one form that ECHO.md lays down.
func quote(text string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			out.WriteByte('\\')
			out.WriteRune(r)
		case r < 0x20:
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			out.WriteRune(r)
		}
	}
	out.WriteByte('"')
	return out.String()
}
