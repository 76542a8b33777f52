package dev.cvt.plugin.sdk.protocol;

import dev.cvt.goplugin.Handshake;

/** The constants of CVT's plugin protocol, as CVT v0.7.0 has them. */
public final class CvtProtocol {

  /** The version of the protocol. */
  public static final int VERSION = 1;

  /** What a CVT host sets for its plugins, and the one version. */
  public static final Handshake HANDSHAKE =
      Handshake.of("CVT_PLUGIN_MAGIC_COOKIE", "cvt-plugin-v1", VERSION);

  /** How a plugin declares that it is a registry. */
  public static final String REGISTRY = "registry.v1";

  /** How a plugin declares that it handles events. */
  public static final String EVENTS = "events.v1";

  private CvtProtocol() {}
}
