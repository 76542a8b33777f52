package dev.cvt.goplugin.serve;

import com.google.protobuf.Empty;
import dev.cvt.goplugin.wire.GRPCStdioGrpc;
import dev.cvt.goplugin.wire.StdioData;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Carries what the plugin prints to the host. A host calls once, early; should another call come,
 * both get parts, as with go-plugin. Thread-safe.
 */
final class StdioService extends GRPCStdioGrpc.GRPCStdioImplBase {

  private static final System.Logger LOG = System.getLogger("dev.cvt.goplugin");

  private final StdioBuffer printed;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int carrying; // guarded by lock

  StdioService(StdioBuffer printed) {
    this.printed = printed;
  }

  @Override
  public void streamStdio(Empty request, StreamObserver<StdioData> answers) {
    ServerCallStreamObserver<StdioData> host = (ServerCallStreamObserver<StdioData>) answers;
    Thread carrier = Thread.ofVirtual().name("plugin-stdio").unstarted(() -> carry(host));
    host.setOnReadyHandler(this::wake);
    host.setOnCancelHandler(carrier::interrupt);
    count(1);
    printed.attach();
    carrier.start();
  }

  private void carry(ServerCallStreamObserver<StdioData> host) {
    try {
      Optional<StdioBuffer.Chunk> chunk = printed.take();
      while (chunk.isPresent()) {
        deliver(host, chunk.get());
        long dropped = printed.takeDropped();
        if (dropped > 0) {
          LOG.log(
              System.Logger.Level.WARNING,
              "the host did not fetch what this plugin printed: the oldest part was dropped",
              Map.entry("bytes", dropped));
        }
        chunk = printed.take();
      }
      host.onCompleted();
    } catch (InterruptedException e) {
      // The host does not listen any more.
    } finally {
      printed.detach();
      count(-1);
    }
  }

  private void deliver(ServerCallStreamObserver<StdioData> host, StdioBuffer.Chunk chunk)
      throws InterruptedException {
    try {
      lock.lockInterruptibly();
      try {
        while (!host.isReady()) {
          changed.await();
        }
      } finally {
        lock.unlock();
      }
    } catch (InterruptedException e) {
      printed.putBack(chunk);
      throw e;
    }
    host.onNext(
        StdioData.newBuilder()
            .setChannel(
                switch (chunk.channel()) {
                  case STDOUT -> StdioData.Channel.STDOUT;
                  case STDERR -> StdioData.Channel.STDERR;
                })
            .setData(chunk.bytes())
            .build());
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void count(int more) {
    lock.lock();
    try {
      carrying += more;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends what is printed, and waits until the hosts that listen have the last of it. */
  void finish(Duration patience) throws InterruptedException {
    printed.end();
    lock.lockInterruptibly();
    try {
      long left = patience.toNanos();
      while (carrying > 0 && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
