package dev.cvt.goplugin.channel;

import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** What is going on on one stream of a connection, as the one who reads the connection sees it. */
interface Exchange {
  /** The number of the stream, before anything is written on it. */
  void on(int number);

  /** Where what arrives is put. */
  Answer answer();

  /** The answer is whole, or there will be no more of it. Called once. */
  void end(Status status);

  /** The other side has never seen it. Called once, instead of {@link #end}. */
  void refused();

  /** The thread that waits for it; null if that one does something else meanwhile. */
  @Nullable Waiter waiter();

  /** Whether somebody wants an answer soon. */
  boolean isCall();

  /** The other side lets this one send more: on the stream, if there is a number, or at all. */
  void mayGoOn(int more);
}
