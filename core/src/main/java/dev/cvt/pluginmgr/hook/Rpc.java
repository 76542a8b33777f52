package dev.cvt.pluginmgr.hook;

import dev.cvt.plugin.events.v1.BreakingChangeDetectedRequest;
import dev.cvt.plugin.events.v1.EventHandlerGrpc;
import dev.cvt.plugin.events.v1.EventResponse;
import dev.cvt.plugin.events.v1.ValidationFailedRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaResponse;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageRequest;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageResponse;
import dev.cvt.plugin.registry.v1.RegistryProviderGrpc;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.spi.AuditRecord;
import io.grpc.MethodDescriptor;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * One of the four things that a plugin can be asked, with all that is known of it before any call.
 *
 * @param <Q> the request's type
 * @param <R> the answer's type
 * @param hook whose call it is
 * @param kind how it is audited
 * @param service as it is declared, audited and measured
 * @param method as it is audited and measured
 */
public record Rpc<Q, R>(
    Config.Hook hook,
    AuditRecord.Kind kind,
    String service,
    String method,
    MethodDescriptor<Q, R> descriptor,
    Function<Q, String> requestId,
    BiFunction<Q, String, Q> withRequestId) {

  /** The service of schemas and of their consumers. */
  public static final String REGISTRY = "registry.v1";

  /** The service that hears of events. */
  public static final String EVENTS = "events.v1";

  /** Fetches a schema. */
  public static final Rpc<FetchSchemaRequest, FetchSchemaResponse> FETCH_SCHEMA =
      new Rpc<>(
          Config.Hook.FETCH_SCHEMA,
          AuditRecord.Kind.READ,
          REGISTRY,
          "FetchSchema",
          RegistryProviderGrpc.getFetchSchemaMethod(),
          FetchSchemaRequest::getRequestId,
          (request, id) -> request.toBuilder().setRequestId(id).build());

  /** Says what a consumer uses. */
  public static final Rpc<RegisterConsumerUsageRequest, RegisterConsumerUsageResponse>
      REGISTER_CONSUMER_USAGE =
          new Rpc<>(
              Config.Hook.REGISTER_CONSUMER_USAGE,
              AuditRecord.Kind.WRITE,
              REGISTRY,
              "RegisterConsumerUsage",
              RegistryProviderGrpc.getRegisterConsumerUsageMethod(),
              RegisterConsumerUsageRequest::getRequestId,
              (request, id) -> request.toBuilder().setRequestId(id).build());

  /** Tells of a change that breaks consumers. */
  public static final Rpc<BreakingChangeDetectedRequest, EventResponse>
      ON_BREAKING_CHANGE_DETECTED =
          new Rpc<>(
              Config.Hook.ON_BREAKING_CHANGE_DETECTED,
              AuditRecord.Kind.WRITE,
              EVENTS,
              "OnBreakingChangeDetected",
              EventHandlerGrpc.getOnBreakingChangeDetectedMethod(),
              BreakingChangeDetectedRequest::getRequestId,
              (request, id) -> request.toBuilder().setRequestId(id).build());

  /** Tells of traffic that does not match its schema. */
  public static final Rpc<ValidationFailedRequest, EventResponse> ON_VALIDATION_FAILED =
      new Rpc<>(
          Config.Hook.ON_VALIDATION_FAILED,
          AuditRecord.Kind.WRITE,
          EVENTS,
          "OnValidationFailed",
          EventHandlerGrpc.getOnValidationFailedMethod(),
          ValidationFailedRequest::getRequestId,
          (request, id) -> request.toBuilder().setRequestId(id).build());

  /** The one that a hook makes. */
  static Rpc<?, ?> of(Config.Hook hook) {
    return switch (hook) {
      case FETCH_SCHEMA -> FETCH_SCHEMA;
      case REGISTER_CONSUMER_USAGE -> REGISTER_CONSUMER_USAGE;
      case ON_BREAKING_CHANGE_DETECTED -> ON_BREAKING_CHANGE_DETECTED;
      case ON_VALIDATION_FAILED -> ON_VALIDATION_FAILED;
    };
  }
}
