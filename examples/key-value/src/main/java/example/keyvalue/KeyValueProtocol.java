package example.keyvalue;

import dev.cvt.goplugin.Handshake;

/** What host and plugin must agree on, besides {@code kv.proto}. */
final class KeyValueProtocol {
  /** Not a secret: it tells a plugin that a host of its kind has started it. */
  static final Handshake HANDSHAKE = Handshake.of("BASIC_PLUGIN", "hello", 1);

  private KeyValueProtocol() {}
}
