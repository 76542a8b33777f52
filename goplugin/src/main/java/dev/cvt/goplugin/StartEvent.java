package dev.cvt.goplugin;

import dev.cvt.goplugin.launch.FirstLine.Sighting;
import io.grpc.Attributes;
import io.grpc.Status;

/**
 * What may happen while a plugin starts, told by other threads to the one that waits. An {@code
 * attempt} is the number of the attempt to connect that it is about.
 */
sealed interface StartEvent {
  /** Standard output brought something. */
  record Saw(Sighting sighting) implements StartEvent {}

  /** The process has ended. */
  record Ended(Exit exit) implements StartEvent {}

  /** The socket is connected; TLS and HTTP/2 are still to come. */
  record SocketConnected(int attempt) implements StartEvent {}

  /** The connection can carry calls. */
  record Ready(int attempt, Attributes transport) implements StartEvent {}

  /** The first call on the channel has ended. */
  record StdioEnded(int attempt, Status status) implements StartEvent {}

  /** The direct connection can carry calls, or will never. */
  record Direct(boolean ready) implements StartEvent {}

  /** The host is being closed. */
  record HostClosing() implements StartEvent {}
}
