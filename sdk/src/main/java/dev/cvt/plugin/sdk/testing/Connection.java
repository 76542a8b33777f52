package dev.cvt.plugin.sdk.testing;

import io.grpc.Channel;

/** A plugin that runs, wherever it does. */
interface Connection {

  /** For calls. */
  Channel channel();

  /** Where it listens, and the like, for messages. */
  String description();

  /**
   * Stops it as a host does, and waits.
   *
   * @return the exit code of its process; 0 if it had none of its own
   */
  int stop() throws InterruptedException;
}
