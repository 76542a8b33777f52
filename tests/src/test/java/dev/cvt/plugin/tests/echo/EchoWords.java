package dev.cvt.plugin.tests.echo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.cvt.plugin.events.v1.BreakingChangeDetectedRequest;
import dev.cvt.plugin.events.v1.EventResponse;
import dev.cvt.plugin.events.v1.ValidationFailedRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaResponse;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageRequest;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageResponse;
import dev.cvt.plugin.tests.echo.EchoHost.Audited;
import dev.cvt.plugin.tests.echo.EchoHost.Outcome;
import dev.cvt.plugin.tests.peers.Hash;
import java.nio.file.Path;
import java.util.List;

/** The config, the requests and the answers that the table is made of. */
final class EchoWords {

  private EchoWords() {}

  static final String CONFIG_SHOWN =
      "{\"base_url\":\"http://x/?a=b&c=<d>\",\"db_secret_sha256\":\""
          + Hash.sha256("hushhush-db".getBytes(UTF_8))
          + "\",\"empty\":\"\",\"token_sha256\":\""
          + Hash.sha256("hushhush-token".getBytes(UTF_8))
          + "\",\"zeta\":\"last\",\"é\":\"tab\\u0009quote\\\" back\\\\slash \u2028\"}";

  /** Waits for answers longer than any takes. */
  static String config(Path binary) {
    return config(binary, "20s");
  }

  static String config(Path binary, String timeout) {
    return """
    plugins:
      echo:
        binary: %s
        timeout: %s
        secrets: [token, db_secret]
        config:
          zeta: last
          token: ${ECHO_TOKEN:-hushhush-token}
          base_url: http://x/?a=b&c=<d>
          db_secret: hushhush-db
          empty: ""
          é: "tab\\tquote\\" back\\\\slash \\u2028"
    hooks:
      fetch_schema: echo
      register_consumer_usage: echo
      on_breaking_change_detected: echo
      on_validation_failed: echo
    """
        .formatted(binary, timeout);
  }

  /** The schema id is the request id as well: our manager makes one where there is none. */
  static FetchSchemaRequest fetch(String schemaId) {
    return FetchSchemaRequest.newBuilder().setSchemaId(schemaId).setRequestId(schemaId).build();
  }

  static List<Message> ofEveryMethod(String schemaId) {
    return List.of(
        fetch(schemaId),
        RegisterConsumerUsageRequest.newBuilder()
            .setSchemaId(schemaId)
            .setRequestId(schemaId)
            .build(),
        BreakingChangeDetectedRequest.newBuilder()
            .setSchemaId(schemaId)
            .setRequestId(schemaId)
            .build(),
        ValidationFailedRequest.newBuilder().setSchemaId(schemaId).setRequestId(schemaId).build());
  }

  static String echo(String schemaId, String version, String requestId) {
    return "{\"schema_id\":\"%s\",\"version\":\"%s\",\"request_id\":\"%s\",\"config\":%s}"
        .formatted(schemaId, version, requestId, CONFIG_SHOWN);
  }

  static Outcome schema(String resolved, String spec) {
    return new Outcome.Answer(
        FetchSchemaResponse.newBuilder()
            .setSpec(ByteString.copyFromUtf8(spec))
            .setResolvedVersion(resolved)
            .build());
  }

  static Outcome acknowledged(Message request, boolean yes) {
    return new Outcome.Answer(
        request instanceof RegisterConsumerUsageRequest
            ? RegisterConsumerUsageResponse.newBuilder().setAcknowledged(yes).build()
            : EventResponse.newBuilder().setAcknowledged(yes).build());
  }

  static Audited audited(
      EchoHost.Running running,
      String kind,
      String service,
      String method,
      String outcome,
      String code) {
    return new Audited(
        kind,
        "echo",
        "echo/1.0.0",
        running.sha256(),
        running.pid(),
        "audited",
        service,
        method,
        outcome,
        code);
  }
}
