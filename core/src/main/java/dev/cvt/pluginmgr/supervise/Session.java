package dev.cvt.pluginmgr.supervise;

import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.Optional;

/**
 * One run of a plugin, as calls see it. A plugin that is started again, or replaced by a reload,
 * gets another. Thread-safe.
 *
 * <p>A call enters before it is made and leaves afterwards, so that a session which is replaced can
 * be ended when its last call has left.
 */
public interface Session {

  /** What runs. */
  Identity identity();

  /**
   * Comes in.
   *
   * @return false if the session takes no more calls; there may be another by now
   */
  boolean enter();

  /** Goes out; once for each time that {@link #enter} gave true. */
  void leave();

  /**
   * Makes a call, on the calling thread.
   *
   * @param timeout in nanoseconds, from now
   */
  <Q, R> Reply<R> call(MethodDescriptor<Q, R> method, Q request, long timeout);

  /**
   * How it died, in words that follow "it"; empty if it lives, as far as is known.
   *
   * @param patience how long to wait for the news: a connection breaks an instant before the end of
   *     a process is known
   */
  default Optional<String> howItDied(Duration patience) {
    return Optional.empty();
  }
}
