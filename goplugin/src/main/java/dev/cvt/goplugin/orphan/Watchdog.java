package dev.cvt.goplugin.orphan;

import dev.cvt.goplugin.diagnosis.Finding.Refusal;
import dev.cvt.goplugin.launch.Forker;
import dev.cvt.goplugin.posix.ProcessTable.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A small process that outlives this one for as long as it takes to end what this one left: it
 * waits on a pipe, which the kernel closes however the host ends. In its own session, so that what
 * is sent to the host's group does not reach it; if it dies, another takes its place. Thread-safe.
 */
public final class Watchdog implements AutoCloseable {
  private static final String SCRIPT = script();

  /** It ends at once when told to. */
  private static final Duration ITS_END = Duration.ofSeconds(1);

  /** One that lives shorter than this was not killed by chance. */
  private static final Duration SHORT_LIFE = Duration.ofSeconds(5);

  private static final int SHORT_LIVES = 3;

  private final Forker forker;
  private final String token;
  private final System.Logger logger;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Long, Entry> sessions = new LinkedHashMap<>(); // guarded by lock
  private @Nullable Path folder; // guarded by lock
  private @Nullable Path group; // guarded by lock
  private @Nullable Process process; // guarded by lock
  private long started; // guarded by lock
  private int shortLives; // guarded by lock
  private boolean closed; // guarded by lock

  /** None runs yet. */
  public Watchdog(Forker forker, String token, System.Logger logger) {
    this.forker = forker;
    this.token = token;
    this.logger = logger;
  }

  private static String script() {
    try (InputStream in = Watchdog.class.getResourceAsStream("watchdog.sh")) {
      if (in == null) {
        throw new IllegalStateException("watchdog.sh is missing from this module");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Makes sure that one runs, before the first process that it is to look after.
   *
   * @param socketFolder what it removes at the end; need not be there yet
   * @param cgroup the control group of all that is started, which it ends and removes; likewise
   */
  public void guard(Path socketFolder, Optional<Path> cgroup) {
    lock.lock();
    try {
      if (process == null && !closed) {
        folder = socketFolder;
        group = cgroup.orElse(null);
        shortLives = 0;
        spawn();
      }
    } finally {
      lock.unlock();
    }
  }

  /** A plugin leads a session from now on. */
  public void watch(Entry leader) {
    lock.lock();
    try {
      sessions.put(leader.pid(), leader);
      say(session(leader));
    } finally {
      lock.unlock();
    }
  }

  /** That plugin is no more, and nothing that it started. */
  public void forget(Entry leader) {
    lock.lock();
    try {
      if (sessions.remove(leader.pid(), leader)) {
        say("gone " + leader.pid());
      }
    } finally {
      lock.unlock();
    }
  }

  private static String session(Entry leader) {
    return "session " + leader.pid() + " " + leader.start();
  }

  /** By the holder of the lock. */
  private void spawn() {
    try {
      var fresh = forker.startHelper("goplugin-watchdog", SCRIPT);
      process = fresh;
      started = System.nanoTime();
      Thread.ofVirtual().name("goplugin-watchdog").start(() -> await(fresh));
    } catch (Refusal e) {
      logger.log(
          Level.WARNING,
          "no watchdog: if this program is killed, its plugins stay. " + e.getMessage(),
          e);
      return;
    }
    say("token " + token);
    if (folder != null) {
      say("folder " + folder);
    }
    if (group != null) {
      say("group " + group);
    }
    sessions.values().forEach(leader -> say(session(leader)));
  }

  /** By the holder of the lock. A pipe to one that has died breaks; its successor is told all. */
  private void say(String line) {
    if (process == null) {
      return;
    }
    try {
      OutputStream pipe = process.getOutputStream();
      pipe.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      pipe.flush();
    } catch (IOException e) {
      logger.log(Level.DEBUG, "the watchdog does not listen any more", e);
    }
  }

  private void await(Process watchdog) {
    while (watchdog.isAlive()) {
      try {
        watchdog.waitFor();
      } catch (InterruptedException e) {
        // Nobody knows this thread: once more.
      }
    }
    died(watchdog);
  }

  private void died(Process dead) {
    lock.lock();
    try {
      if (closed || !dead.equals(process)) {
        return;
      }
      process = null;
      boolean shortLife = System.nanoTime() - started < SHORT_LIFE.toNanos();
      shortLives = shortLife ? shortLives + 1 : 0;
      if (shortLives >= SHORT_LIVES) {
        logger.log(
            Level.WARNING,
            "the watchdog dies again and again: if this program is killed, its plugins stay");
        return;
      }
      logger.log(Level.WARNING, "the watchdog has died, another takes its place");
      spawn();
    } finally {
      lock.unlock();
    }
  }

  /** The id of the one that runs; 0 for none. */
  public long pid() {
    lock.lock();
    try {
      return process == null ? 0 : process.pid();
    } finally {
      lock.unlock();
    }
  }

  /** Closes the pipe without a word, as the kernel does when this process ends. For tests. */
  public void letGo() throws IOException {
    lock.lock();
    try {
      closed = true;
      if (process != null) {
        process.getOutputStream().close();
        process = null;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Sends it away: there is nothing left to look after. */
  @Override
  public void close() {
    Process last;
    lock.lock();
    try {
      closed = true;
      say("quit");
      last = process;
      process = null;
    } finally {
      lock.unlock();
    }
    if (last != null) {
      awaitEnd(last);
    }
  }

  private static void awaitEnd(Process last) {
    try (OutputStream pipe = last.getOutputStream()) {
      if (!last.waitFor(ITS_END.toMillis(), TimeUnit.MILLISECONDS)) {
        last.destroyForcibly();
      }
      pipe.flush();
    } catch (IOException e) {
      return; // the pipe is broken since its reader has ended, as it should
    } catch (InterruptedException e) {
      last.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
