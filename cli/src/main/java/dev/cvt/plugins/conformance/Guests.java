package dev.cvt.plugins.conformance;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * All processes of one run, in one private folder. Thread-safe. After {@link #close} none of them
 * lives, none starts, and the folder is gone; a {@link Watch} sees to that when this program is
 * killed before.
 */
final class Guests implements AutoCloseable {
  private static final int BUSY_ATTEMPTS = 20;
  private static final long BUSY_PAUSE_MILLIS = 25;

  private final Subject subject;
  private final Dialer dialer;
  private final Strays strays = new Strays();
  private final Path root;
  private final Watch watch;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Guest> guests = new HashSet<>(); // guarded by lock
  private int number; // guarded by lock
  private boolean closed; // guarded by lock

  /** Makes the folder; a short path, since that of a socket must fit into a socket address. */
  Guests(Subject subject, Dialer dialer) {
    this.subject = subject;
    this.dialer = dialer;
    try {
      this.root = Files.createTempDirectory("cvtc");
    } catch (IOException e) {
      throw new UncheckedIOException("no folder for sockets can be made", e);
    }
    try {
      this.watch = new Watch(root);
    } catch (IOException e) {
      Folders.delete(root);
      throw new UncheckedIOException("no process can be started", e);
    }
  }

  /**
   * Starts the plugin.
   *
   * @param change what is different from an ordinary start
   */
  Guest start(Consumer<Map<String, String>> change) {
    return start(List.of(subject.program().toString()), change);
  }

  /**
   * Starts the plugin as the child of a shell, which stands for a host and writes the plugin's
   * process id into a file.
   */
  Guest startUnderShell(Path pidFile) {
    return start(
        List.of(
            "/bin/sh",
            "-c",
            "\"$0\" & echo $! >\"$1\"; wait",
            subject.program().toString(),
            pidFile.toString()),
        environment -> {});
  }

  private Guest start(List<String> command, Consumer<Map<String, String>> change) {
    lock.lock();
    try {
      if (closed) {
        throw new Breach("the run has ended");
      }
      var folder = Files.createDirectory(root.resolve(String.valueOf(++number)));
      var environment = environment(folder);
      change.accept(environment);
      var builder = new ProcessBuilder(command).redirectInput(Redirect.from(new File("/dev/null")));
      builder.environment().clear();
      builder.environment().putAll(environment);
      var guest = new Guest(fork(builder), folder, dialer, strays);
      guests.add(guest);
      return guest;
    } catch (IOException e) {
      throw new Breach("it cannot be started: " + e.getMessage());
    } finally {
      lock.unlock();
    }
  }

  /** The variables of an ordinary start. */
  private Map<String, String> environment(Path folder) {
    var dialect = subject.dialect();
    var all = new TreeMap<>(subject.environment());
    all.put(dialect.cookieKey(), dialect.cookieValue());
    all.put(
        Protocol.VERSIONS,
        dialect.versions().stream().map(String::valueOf).collect(Collectors.joining(",")));
    all.put(Protocol.MIN_PORT, String.valueOf(Protocol.FIRST_PORT));
    all.put(Protocol.MAX_PORT, String.valueOf(Protocol.LAST_PORT));
    all.put(Protocol.SOCKET_FOLDER, folder.toString());
    all.put(Protocol.TEMPORARY_FOLDER, folder.toString());
    all.put(Strays.MARK, folder.toString());
    return all;
  }

  /** Whoever has just copied the plugin may still be about to close it. */
  private static Process fork(ProcessBuilder builder) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return builder.start();
      } catch (IOException e) {
        if (attempt == BUSY_ATTEMPTS
            || !String.valueOf(e.getMessage()).contains("Text file busy")) {
          throw e;
        }
        pause();
      }
    }
  }

  private static void pause() throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(BUSY_PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Ends one. */
  void end(Guest guest) {
    lock.lock();
    try {
      guests.remove(guest);
    } finally {
      lock.unlock();
    }
    guest.close();
  }

  @Override
  public void close() {
    List<Guest> left;
    lock.lock();
    try {
      closed = true;
      left = new ArrayList<>(guests);
      guests.clear();
    } finally {
      lock.unlock();
    }
    left.forEach(Guest::close);
    strays.of(root).forEach(ProcessHandle::destroyForcibly);
    Folders.delete(root);
    watch.close();
  }
}
