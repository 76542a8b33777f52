package dev.cvt.pluginmgr.supervise;

import dev.cvt.goplugin.StartFailure;

/** How far a plugin had come. */
public enum Stage {
  /** Is it installed, is this still the binary that was, and can its secrets be read? */
  VERIFY("verify"),
  /** Looking at the program and the socket folder, before any process exists. */
  PREFLIGHT("preflight"),
  /** From the fork to the first sign of the program itself. */
  EXEC("exec"),
  /** Waiting for the first byte on its standard output. */
  FIRST_BYTE("first byte"),
  /** From the first byte to the whole handshake line, accepted. */
  LINE("line"),
  /** From the line to a connected socket. */
  CONNECT("connect"),
  /** From a connected socket to a connection that speaks gRPC. */
  TLS("TLS"),
  /** The call of {@code Info}. */
  INFO("Info"),
  /** The calls of {@code SetConfig}. */
  CONFIG("SetConfig"),
  /** It had started. */
  RUNNING("running");

  private final String title;

  Stage(String title) {
    this.title = title;
  }

  /** The stage in a text, and in a metric's label. */
  public String title() {
    return title;
  }

  static Stage of(StartFailure.Phase phase) {
    return switch (phase) {
      case PREFLIGHT -> PREFLIGHT;
      case EXEC -> EXEC;
      case FIRST_BYTE -> FIRST_BYTE;
      case LINE -> LINE;
      case CONNECT -> CONNECT;
      case TLS -> TLS;
      // Asked for by no launch of a manager's, which watches the health of what runs.
      case HEALTH -> RUNNING;
    };
  }
}
