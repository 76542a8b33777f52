package dev.cvt.goplugin.broker;

import dev.cvt.goplugin.Broker;
import dev.cvt.goplugin.wire.ConnInfo;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A broker over its stream of announcements, for both sides alike: what this side serves it
 * announces, what the other side announces it remembers until somebody dials it. The one who holds
 * the stream passes each message to {@link #announced} and its end to {@link #close}. Thread-safe.
 */
public final class StreamBroker implements Broker, AutoCloseable {
  /** Of more announcements than this that nobody dials the oldest are forgotten. */
  static final int REMEMBERED = 1024;

  private final Sockets sockets;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Integer, CompletableFuture<ConnInfo>> awaited =
      new LinkedHashMap<>(); // by lock
  private final Set<Served> serving = new HashSet<>(); // by lock
  private final Set<ManagedChannel> dialled = new HashSet<>(); // by lock
  private @Nullable StreamObserver<ConnInfo> stream; // by lock
  private boolean closed; // by lock
  private int lastId; // by lock

  /** What the two sides do in their own way. */
  public interface Sockets {
    /**
     * Serves on a new socket.
     *
     * @throws java.io.IOException if that is not possible
     */
    Listener listen(List<? extends BindableService> services) throws java.io.IOException;

    /**
     * A channel to an address.
     *
     * @param network {@code unix} or {@code tcp}
     * @throws java.io.IOException if this side does not go there
     */
    ManagedChannel connect(String network, String address) throws java.io.IOException;
  }

  /**
   * A socket that is served.
   *
   * @param network {@code unix} or {@code tcp}
   * @param address as the other side needs it
   * @param end ends the serving and removes the socket
   */
  public record Listener(String network, String address, Runnable end) {}

  /** A broker without a stream yet; what is served is announced when there is one. */
  public StreamBroker(Sockets sockets) {
    this.sockets = sockets;
  }

  /** Sets the stream to the other side. */
  public void open(StreamObserver<ConnInfo> toOther) {
    lock.lock();
    try {
      stream = toOther;
      for (var served : serving) {
        toOther.onNext(served.announcement);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes a message of the other side's. A knock belongs to multiplexing, which is not spoken. */
  public void announced(ConnInfo info) {
    if (info.hasKnock()) {
      return;
    }
    lock.lock();
    try {
      if (!closed) {
        if (awaited.size() >= REMEMBERED && !awaited.containsKey(info.getServiceId())) {
          // Those who wait for one stay; what they wait for is not done.
          awaited.entrySet().stream()
              .filter(each -> each.getValue().isDone())
              .findFirst()
              .ifPresent(oldest -> awaited.remove(oldest.getKey()));
        }
        awaited
            .computeIfAbsent(info.getServiceId(), id -> new CompletableFuture<>())
            .complete(info);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int nextId() {
    lock.lock();
    try {
      return ++lastId;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Serving serve(int id, List<? extends BindableService> services) throws NoConnection {
    checkOpen(id);
    Listener listener;
    try {
      listener = sockets.listen(services);
    } catch (java.io.IOException e) {
      throw failed(id, "no socket could be made: " + e.getMessage(), "check the socket folder", e);
    }
    var served = new Served(id, listener);
    lock.lock();
    try {
      if (!closed) {
        serving.add(served);
        if (stream != null) {
          stream.onNext(served.announcement);
        }
        return served;
      }
    } finally {
      lock.unlock();
    }
    listener.end().run();
    throw ended(id);
  }

  /** What is beneath it has other words once it has ended. */
  private void checkOpen(int id) throws NoConnection {
    lock.lock();
    try {
      if (closed) {
        throw ended(id);
      }
    } finally {
      lock.unlock();
    }
  }

  private static NoConnection ended(int id) {
    return new NoConnection(id, "the plugin has ended", "start it again");
  }

  @Override
  public ManagedChannel dial(int id, Duration timeout) throws NoConnection, InterruptedException {
    var info = await(id, timeout);
    ManagedChannel channel;
    try {
      channel = sockets.connect(info.getNetwork(), info.getAddress());
    } catch (java.io.IOException e) {
      throw failed(
          id,
          "this side does not connect to " + info.getNetwork() + " " + info.getAddress(),
          "have the other side serve on a socket of this machine",
          e);
    }
    lock.lock();
    try {
      dialled.removeIf(ManagedChannel::isTerminated);
      if (!closed) {
        dialled.add(channel);
        return channel;
      }
    } finally {
      lock.unlock();
    }
    channel.shutdownNow();
    throw ended(id);
  }

  private ConnInfo await(int id, Duration timeout) throws NoConnection, InterruptedException {
    CompletableFuture<ConnInfo> announcement;
    lock.lock();
    try {
      if (closed) {
        throw ended(id);
      }
      announcement = awaited.computeIfAbsent(id, unknown -> new CompletableFuture<>());
    } finally {
      lock.unlock();
    }
    try {
      return announcement.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw failed(
          id,
          "the other side announced nothing within " + timeout.toMillis() + " ms",
          "have it serve this number, and before it is dialled",
          e);
    } catch (ExecutionException e) {
      throw failed(id, "the plugin has ended", "start it again", e);
    } finally {
      lock.lock();
      try {
        awaited.remove(id, announcement);
      } finally {
        lock.unlock();
      }
    }
  }

  private static NoConnection failed(int id, String fact, String remedy, Exception cause) {
    var failure = new NoConnection(id, fact, remedy);
    failure.initCause(cause);
    return failure;
  }

  /** Ends everything that was served or dialled; who waits is told. Idempotent. */
  @Override
  public void close() {
    List<Served> ending;
    List<ManagedChannel> channels;
    List<CompletableFuture<ConnInfo>> waiting;
    lock.lock();
    try {
      closed = true;
      ending = List.copyOf(serving);
      channels = List.copyOf(dialled);
      waiting = List.copyOf(awaited.values());
      awaited.clear();
      dialled.clear();
    } finally {
      lock.unlock();
    }
    ending.forEach(Served::close);
    channels.forEach(ManagedChannel::shutdownNow);
    waiting.forEach(w -> w.completeExceptionally(new IllegalStateException("closed")));
  }

  private final class Served implements Serving {
    private final int id;
    private final Listener listener;
    private final ConnInfo announcement;

    Served(int id, Listener listener) {
      this.id = id;
      this.listener = listener;
      this.announcement =
          ConnInfo.newBuilder()
              .setServiceId(id)
              .setNetwork(listener.network())
              .setAddress(listener.address())
              .build();
    }

    @Override
    public int id() {
      return id;
    }

    @Override
    public void close() {
      lock.lock();
      try {
        if (!serving.remove(this)) {
          return;
        }
      } finally {
        lock.unlock();
      }
      listener.end().run();
    }
  }
}
