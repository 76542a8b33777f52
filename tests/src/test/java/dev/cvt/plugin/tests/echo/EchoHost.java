package dev.cvt.plugin.tests.echo;

import com.google.protobuf.Message;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A manager that runs one plugin under the name {@code echo}, bound to all four hooks. */
interface EchoHost extends AutoCloseable {

  /** One hook call; the request's type says which. */
  Outcome call(Message request) throws Exception;

  /** What the manager knows of the plugin. */
  Running running() throws Exception;

  /** The records of the plugin's own log, so far. */
  List<LogRecord> log() throws Exception;

  /** The audit records, so far. */
  List<Audited> audit() throws Exception;

  @Override
  void close() throws IOException;

  /** What a caller of a hook gets. */
  sealed interface Outcome {

    /** An answer. */
    record Answer(Message response) implements Outcome {}

    /** None, and no error: the caller helps himself. */
    record NoAnswer() implements Outcome {}

    /**
     * An error.
     *
     * @param code as Go spells it
     * @param message holds the plugin's own
     */
    record Failed(String code, String message) implements Outcome {}
  }

  /** A running plugin. */
  record Running(String reportedVersion, String sha256, long pid, List<String> services) {
    public Running {
      services = List.copyOf(services);
    }
  }

  /**
   * One record of a plugin's log.
   *
   * @param level in lower case; {@code trace} is {@code debug} to a Go manager
   * @param fields those of the plugin, as text
   */
  record LogRecord(String level, String message, Map<String, String> fields) {
    public LogRecord {
      fields = Map.copyOf(fields);
    }
  }

  /** What an audit record says of a call. */
  record Audited(
      String kind,
      String plugin,
      String reportedVersion,
      String sha256,
      long pid,
      String requestId,
      String service,
      String method,
      String outcome,
      String errorCode) {}
}
