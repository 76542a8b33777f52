package dev.cvt.goplugin;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.List;

/**
 * go-plugin's broker: extra connections between a host and its plugin, in either direction, told
 * apart by numbers. One side serves under a number and passes the number to the other in a call of
 * its own; that side dials it. The same TLS as on the main connection applies.
 *
 * <p>Each number is good for one {@code serve} and one {@code dial}. Thread-safe. All connections
 * end with the plugin.
 */
public interface Broker {

  /** A number that this side has not used yet. */
  int nextId();

  /**
   * Serves on a new socket and tells the other side where.
   *
   * @param id from {@link #nextId()}, or a number agreed otherwise; an unsigned 32-bit value
   * @param services what to serve there
   * @return the handle whose {@code close} ends the serving
   * @throws NoConnection if the broker's stream has ended, or no socket could be made
   */
  Serving serve(int id, List<? extends BindableService> services) throws NoConnection;

  /**
   * Connects to what the other side serves under a number.
   *
   * @param id the number that the other side gave
   * @param timeout how long to wait for the other side to say where; go-plugin's own is 5 s
   * @return a channel, which the caller shuts down when done with it
   * @throws NoConnection if nothing was announced in time, or it cannot be reached
   * @throws InterruptedException if interrupted while waiting
   */
  ManagedChannel dial(int id, Duration timeout) throws NoConnection, InterruptedException;

  /** Services served under one number. */
  interface Serving extends AutoCloseable {
    /** The number. */
    int id();

    /** Ends the serving and removes the socket; calls in flight are cut. Idempotent. */
    @Override
    void close();
  }

  /** A brokered connection did not come about. */
  final class NoConnection extends Exception {
    private static final long serialVersionUID = 1;

    private final int id;
    private final String remedy;

    /**
     * Made by brokers.
     *
     * @param id the number in question
     * @param fact what happened
     * @param remedy what to do about it
     */
    public NoConnection(int id, String fact, String remedy) {
      super("broker connection " + Integer.toUnsignedString(id) + ": " + fact + "; " + remedy);
      this.id = id;
      this.remedy = remedy;
    }

    /** The number in question. */
    public int id() {
      return id;
    }

    /** What to do about it. */
    public String remedy() {
      return remedy;
    }
  }
}
