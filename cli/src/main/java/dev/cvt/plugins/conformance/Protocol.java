package dev.cvt.plugins.conformance;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The names and the few messages of what is said between go-plugin's hosts and plugins, and of
 * CVT's services: one place for what goes over the wire.
 */
final class Protocol {
  static final String VERSIONS = "PLUGIN_PROTOCOL_VERSIONS";
  static final String MIN_PORT = "PLUGIN_MIN_PORT";
  static final String MAX_PORT = "PLUGIN_MAX_PORT";
  static final String SOCKET_FOLDER = "PLUGIN_UNIX_SOCKET_DIR";
  static final String TEMPORARY_FOLDER = "TMPDIR";
  static final String MULTIPLEX = "PLUGIN_MULTIPLEX_GRPC";

  /** The range of ports that go-plugin's own hosts give. */
  static final int FIRST_PORT = 10_000;

  static final int LAST_PORT = 25_000;

  static final String HEALTH = "grpc.health.v1.Health/Check";
  static final String SHUTDOWN = "plugin.GRPCController/Shutdown";
  static final String STDIO = "plugin.GRPCStdio/StreamStdio";
  static final String INFO = "cvt.plugin.handshake.v1.PluginHandshake/Info";
  static final String CVT_HEALTH = "cvt.plugin.handshake.v1.PluginHandshake/Health";
  static final String SET_CONFIG = "cvt.plugin.handshake.v1.PluginHandshake/SetConfig";
  static final String FETCH = "cvt.plugin.registry.v1.RegistryProvider/FetchSchema";
  static final String REGISTER = "cvt.plugin.registry.v1.RegistryProvider/RegisterConsumerUsage";
  static final String BREAKING = "cvt.plugin.events.v1.EventHandler/OnBreakingChangeDetected";
  static final String INVALID = "cvt.plugin.events.v1.EventHandler/OnValidationFailed";

  /** How a plugin declares the two services. */
  static final String REGISTRY = "registry.v1";

  static final String EVENTS = "events.v1";

  /** What the health service calls a plugin. */
  static final String PLUGIN = "plugin";

  /** {@code SERVING} of {@code grpc.health.v1}. */
  static final int SERVING = 1;

  private Protocol() {}

  /** A message without fields, or with none set. */
  static ByteString empty() {
    return ByteString.EMPTY;
  }

  /** The question for one service's health. */
  static ByteString healthOf(String service) {
    var bytes = ByteString.newOutput();
    var out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeString(1, service);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written to", e);
    }
    return bytes.toByteString();
  }
}
