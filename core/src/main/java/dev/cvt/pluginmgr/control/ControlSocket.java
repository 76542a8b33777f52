package dev.cvt.pluginmgr.control;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cvt.pluginmgr.file.Modes;
import dev.cvt.pluginmgr.state.JsonReader;
import dev.cvt.pluginmgr.state.JsonWriter;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where a manager listens for those who ask how it is: a Unix socket (0600) in its private folder
 * (0700), so that only the same user's programs, and root's, get through. It never holds anybody
 * up: it is opened by a thread of its own, closed without waiting, and where it cannot be had the
 * log says so and everything else goes on. Thread-safe.
 */
public final class ControlSocket implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.cvt.pluginmgr.control");

  /** How long each step of the other side may take. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  /** How often one that waits for its answer is told that it is being worked on. */
  static final Duration SIGN_OF_LIFE = Duration.ofSeconds(1);

  /** How long nobody is heard after one could not be: the same may well befall the next. */
  private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(1);

  /** How long a question may be, in bytes. */
  static final int LONGEST_QUESTION = 1 << 10;

  /** Its threads call nothing deep; the answers are made by others. */
  private static final long STACK = 256 << 10;

  /** How many may ask at once; more are turned away. */
  static final int MOST_AT_ONCE = 16;

  private final Path path;
  private final Function<Question, Answer> desk;
  private final UnaryOperator<Throwable> masked;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private @Nullable ServerSocketChannel listening;
  private final Set<SocketChannel> asking = new HashSet<>();
  private final Set<Thread> working = new HashSet<>();
  private boolean closed;

  private ControlSocket(
      Path path, Function<Question, Answer> desk, UnaryOperator<Throwable> masked) {
    this.path = path;
    this.desk = desk;
    this.masked = masked;
  }

  /**
   * Begins to listen, and returns at once.
   *
   * @param desk gives the answers; called by several threads, each of which may be interrupted by
   *     the close
   * @param masked what can be logged in the place of what the desk throws
   */
  public static ControlSocket open(
      Path path, Function<Question, Answer> desk, UnaryOperator<Throwable> masked) {
    var socket = new ControlSocket(path, desk, masked);
    try {
      var _ = thread("cvt-plugin-control", socket::listen);
    } catch (OutOfMemoryError e) { // there is none to be had
      socket.cannotListen(e);
    }
    return socket;
  }

  /**
   * A thread of the system's: a virtual one that waits at a socket has the JVM start a poller,
   * which nothing ends, and for which every end of the JVM then waits 300 ms in vain.
   */
  private static Thread thread(String name, Runnable task) {
    return Thread.ofPlatform().daemon().name(name).stackSize(STACK).start(task);
  }

  /** How long the path of a socket may be, in bytes. */
  static int longestPath() {
    boolean linux = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux");
    return linux ? 107 : 103;
  }

  private void listen() {
    int length = path.toString().getBytes(UTF_8).length;
    if (!path.getFileSystem().equals(FileSystems.getDefault())) {
      return; // there is no kernel that could hold a socket in it, nor could a plugin run from it
    }
    if (length > longestPath()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "nobody can ask this manager how it is: the path of its socket would have "
              + length
              + " bytes, and the system allows "
              + longestPath()
              + "; all else works. Use a home with a shorter path: "
              + path);
      return;
    }
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      if (!begin(server)) {
        return;
      }
      while (true) {
        serve(server);
      }
    } catch (ClosedChannelException e) {
      return; // by our own close
    } catch (IOException | UnsupportedOperationException e) {
      cannotListen(e);
    }
  }

  private void cannotListen(Throwable why) {
    LOG.log(
        System.Logger.Level.WARNING,
        "nobody can ask this manager how it is; all else works: " + path,
        why);
  }

  /**
   * Takes one who asks. That there is no descriptor left for him passes, as all in this process.
   */
  void serve(ServerSocketChannel server) throws ClosedChannelException {
    try {
      take(server.accept());
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "one who asks how this manager is was not heard", e);
      try {
        Thread.sleep(AFTER_A_FAILURE);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new ClosedByInterruptException();
      }
    }
  }

  private boolean begin(ServerSocketChannel server) throws IOException {
    lock.lock();
    try {
      if (!closed) {
        server.bind(UnixDomainSocketAddress.of(path));
        Modes.set(path, Modes.PRIVATE_FILE);
        listening = server;
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private void take(SocketChannel channel) throws IOException {
    lock.lock();
    try {
      if (closed || asking.size() >= MOST_AT_ONCE) {
        channel.close();
        return;
      }
      asking.add(channel);
      var _ = thread("cvt-plugin-asked", () -> converse(channel));
    } catch (OutOfMemoryError e) {
      asking.remove(channel);
      channel.close();
      throw new IOException("no thread is to be had", e); // which passes, as a want of descriptors
    } finally {
      lock.unlock();
    }
  }

  private void converse(SocketChannel channel) {
    try (var conversation = new Conversation(channel, PATIENCE)) {
      byte[] answer = JsonWriter.write(answer(conversation).toJson());
      conversation.say(answer);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "one who asked has gone", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.lock();
      try {
        asking.remove(channel);
      } finally {
        lock.unlock();
      }
    }
  }

  private Answer answer(Conversation conversation) throws IOException, InterruptedException {
    try {
      return worked(
          conversation, Question.of(JsonReader.read(conversation.hearAll(LONGEST_QUESTION))));
    } catch (Conversation.TooLong e) {
      return new Answer.Refused("the question is longer than " + LONGEST_QUESTION + " bytes");
    } catch (JsonReader.Malformed | Members.Unfit e) {
      return new Answer.Refused("the question is not understood: " + e.getMessage());
    }
  }

  /** Works on the answer, and says so while it takes. */
  private Answer worked(Conversation conversation, Question question)
      throws IOException, InterruptedException {
    var answer = new CompletableFuture<Answer>();
    Thread worker =
        Thread.ofVirtual()
            .name("cvt-plugin-answer")
            .unstarted(
                () -> {
                  try {
                    answer.complete(desk.apply(question));
                  } catch (Throwable e) {
                    answer.completeExceptionally(e);
                  } finally {
                    discharge();
                  }
                });
    enlist(worker);
    try {
      while (true) {
        try {
          return answer.get(SIGN_OF_LIFE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
          conversation.say(" ".getBytes(US_ASCII));
        }
      }
    } catch (ExecutionException e) {
      Throwable broken = Objects.requireNonNullElse(e.getCause(), e);
      LOG.log(
          System.Logger.Level.ERROR,
          "the answer to a question broke: " + question,
          masked.apply(broken));
      return new Answer.Refused(
          "the manager itself failed: " + broken.getClass().getName() + "; its log says why");
    }
  }

  private void enlist(Thread worker) throws ClosedChannelException {
    lock.lock();
    try {
      if (closed) {
        throw new ClosedChannelException();
      }
      worker.start();
      working.add(worker);
    } finally {
      lock.unlock();
    }
  }

  private void discharge() {
    lock.lock();
    try {
      working.remove(Thread.currentThread());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Listens no more, and lets go of those who ask. Does not wait; its threads end by this. The
   * socket's file goes first: the system may let others connect until the last thread is out.
   */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      if (listening != null) {
        remove();
        close(listening);
      }
      asking.forEach(ControlSocket::close);
      working.forEach(Thread::interrupt);
    } finally {
      lock.unlock();
    }
  }

  private void remove() {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "a socket was not removed", e);
    }
  }

  private static void close(java.nio.channels.Channel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "a socket did not close", e);
    }
  }
}
