package dev.cvt.plugin.tests.echo;

import com.fasterxml.jackson.jr.ob.JSON;
import com.google.protobuf.Message;
import dev.cvt.plugin.events.v1.BreakingChangeDetectedRequest;
import dev.cvt.plugin.events.v1.EventResponse;
import dev.cvt.plugin.events.v1.ValidationFailedRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaResponse;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageRequest;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageResponse;
import dev.cvt.plugin.tests.peers.GoManager;
import dev.cvt.plugin.tests.peers.Home;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** CVT's own manager. */
final class GoHost implements EchoHost {

  /** zap and hclog both call a field {@code plugin}. */
  private static final JSON LENIENT = JSON.std.without(JSON.Feature.FAIL_ON_DUPLICATE_MAP_KEYS);

  private final GoManager manager;
  private final Map<String, Object> handle;

  private GoHost(GoManager manager, Map<String, Object> handle) {
    this.manager = manager;
    this.handle = handle;
  }

  /** Starts what the home's config says. */
  static GoHost start(Home home) throws IOException {
    var manager = GoManager.open(home);
    try {
      return new GoHost(manager, map(map(manager.start().get("handles")).get("echo")));
    } catch (IOException | AssertionError e) {
      manager.close();
      throw e;
    }
  }

  @Override
  public Outcome call(Message request) throws IOException {
    var got =
        switch (request) {
          case FetchSchemaRequest r -> ask("fetch_schema", r);
          case RegisterConsumerUsageRequest r -> ask("register_consumer_usage", r);
          case BreakingChangeDetectedRequest r -> ask("on_breaking_change_detected", r);
          case ValidationFailedRequest r -> ask("on_validation_failed", r);
          default -> throw new AssertionError("no hook for " + request);
        };
    if (!Boolean.TRUE.equals(got.get("ok"))) {
      return new Outcome.Failed(text(got, "code"), text(got, "message"));
    }
    if (got.get("response") == null) {
      return new Outcome.NoAnswer();
    }
    var type =
        switch (request) {
          case FetchSchemaRequest r -> FetchSchemaResponse.getDefaultInstance();
          case RegisterConsumerUsageRequest r -> RegisterConsumerUsageResponse.getDefaultInstance();
          default -> EventResponse.getDefaultInstance();
        };
    return new Outcome.Answer(ProtoJson.parse(map(got.get("response")), type));
  }

  private Map<String, Object> ask(String hook, Message request) throws IOException {
    return manager.call(hook, ProtoJson.of(request));
  }

  @Override
  public Running running() {
    return new Running(
        text(handle, "ReportedVersion"),
        text(handle, "SHA256"),
        number(handle, "PID"),
        list(handle.get("Services")).stream().map(String::valueOf).toList());
  }

  /**
   * From zap's lines: those with a logger are the plugin's, and {@code ts} and such are zap's own.
   */
  @Override
  public List<LogRecord> log() throws IOException {
    var records = new ArrayList<LogRecord>();
    for (var line : manager.log()) {
      var fields = new TreeMap<String, String>();
      LENIENT.mapFrom(line).forEach((key, value) -> fields.put(key, String.valueOf(value)));
      if (!"echo".equals(fields.remove("@module"))) {
        continue;
      }
      var level = fields.remove("level");
      var message = fields.remove("msg");
      List.of("ts", "logger", "plugin", "timestamp").forEach(fields::remove);
      records.add(new LogRecord(String.valueOf(level), String.valueOf(message), fields));
    }
    return records;
  }

  @Override
  public List<Audited> audit() throws IOException {
    var records = new ArrayList<Audited>();
    for (var one : manager.audit()) {
      var record = map(one);
      records.add(
          new Audited(
              text(record, "kind"),
              text(record, "plugin"),
              text(record, "reported_version"),
              text(record, "sha256"),
              number(record, "pid"),
              text(record, "request_id"),
              text(record, "service"),
              text(record, "method"),
              text(record, "outcome"),
              record.containsKey("error_code") ? text(record, "error_code") : ""));
    }
    return records;
  }

  @Override
  public void close() throws IOException {
    manager.close();
  }

  private static Map<String, Object> map(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new AssertionError("no object: " + value);
    }
    var copy = new TreeMap<String, Object>();
    map.forEach((key, each) -> copy.put(String.valueOf(key), each));
    return copy;
  }

  private static List<?> list(@Nullable Object value) {
    if (!(value instanceof List<?> list)) {
      throw new AssertionError("no array: " + value);
    }
    return list;
  }

  private static String text(Map<String, Object> fields, String key) {
    if (!(fields.get(key) instanceof String text)) {
      throw new AssertionError("no text " + key + " in " + fields);
    }
    return text;
  }

  private static long number(Map<String, Object> fields, String key) {
    if (!(fields.get(key) instanceof Number number)) {
      throw new AssertionError("no number " + key + " in " + fields);
    }
    return number.longValue();
  }
}
