package dev.cvt.example.echo;

import static dev.cvt.example.echo.EchoConfig.quote;

import com.google.protobuf.ByteString;
import dev.cvt.plugin.events.v1.BreakingChangeDetectedRequest;
import dev.cvt.plugin.events.v1.EventResponse;
import dev.cvt.plugin.events.v1.ValidationFailedRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaResponse;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageRequest;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageResponse;
import dev.cvt.plugin.sdk.EventHandler;
import dev.cvt.plugin.sdk.Plugin;
import dev.cvt.plugin.sdk.RegistryProvider;

/** Answers with what it was asked. */
public final class EchoPlugin implements RegistryProvider, EventHandler {
  private final EchoConfig config = new EchoConfig();
  private final Special special = new Special(System.getLogger("echo"), config);

  public static void main(String[] args) {
    EchoPlugin echo = new EchoPlugin();
    Plugin.named("echo", "1.0.0").registry(echo).events(echo).config(echo.config).serve();
  }

  @Override
  public FetchSchemaResponse fetchSchema(FetchSchemaRequest r) throws Exception {
    return FetchSchemaResponse.newBuilder()
        .setSpec(special.answer(r).orElseGet(() -> ByteString.copyFromUtf8(echo(r))))
        .setResolvedVersion(r.getVersion().isEmpty() ? "latest" : r.getVersion())
        .build();
  }

  private String echo(FetchSchemaRequest r) {
    return "{\"schema_id\":%s,\"version\":%s,\"request_id\":%s,\"config\":%s}"
        .formatted(
            quote(r.getSchemaId()), quote(r.getVersion()), quote(r.getRequestId()), config.json());
  }

  @Override
  public RegisterConsumerUsageResponse registerConsumerUsage(RegisterConsumerUsageRequest r)
      throws Exception {
    boolean noted = special.note("register_consumer_usage", r);
    return RegisterConsumerUsageResponse.newBuilder().setAcknowledged(noted).build();
  }

  @Override
  public EventResponse onBreakingChangeDetected(BreakingChangeDetectedRequest r) throws Exception {
    boolean noted = special.note("on_breaking_change_detected", r);
    return EventResponse.newBuilder().setAcknowledged(noted).build();
  }

  @Override
  public EventResponse onValidationFailed(ValidationFailedRequest r) throws Exception {
    boolean noted = special.note("on_validation_failed", r);
    return EventResponse.newBuilder().setAcknowledged(noted).build();
  }
}
