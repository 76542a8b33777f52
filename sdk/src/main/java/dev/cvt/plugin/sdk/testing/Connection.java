package dev.cvt.plugin.sdk.testing;

import io.grpc.Channel;
import java.time.Duration;
import java.util.OptionalInt;

/** A plugin that runs, wherever it does. */
interface Connection {

  /** For calls. */
  Channel channel();

  /** Where it listens, and the like, for messages. */
  String description();

  /**
   * Waits until it ends by itself.
   *
   * @return the exit code of its process, -1 if a signal ended it; 0 if it had no process of its
   *     own; empty if it still runs
   */
  OptionalInt awaitEnd(Duration patience) throws InterruptedException;

  /**
   * Stops it as a host does, and waits.
   *
   * @return the exit code of its process; 0 if it had none of its own
   */
  int stop() throws InterruptedException;
}
