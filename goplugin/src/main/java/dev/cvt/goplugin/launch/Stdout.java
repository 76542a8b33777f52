package dev.cvt.goplugin.launch;

import dev.cvt.goplugin.launch.FirstLine.Sighting;
import java.io.InputStream;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Reads a plugin's standard output. Up to the handshake line a thread waits for what comes. After
 * it a plugin has nothing more to say there, go-plugin's own least of all, and a thread that waits
 * costs 100 KB: it goes, and {@link Lookout} looks whether something has come after all. Whoever
 * says something then is read by a thread again, for good, and so is everybody who is to end or has
 * ended. Thread-safe.
 */
final class Stdout {
  private final String name;
  private final FirstLine search;
  private final Consumer<Sighting> sightings;
  private final Lookout lookout;
  private final Runnable drained;
  private final PipeReader reader;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean resting; // guarded by lock
  private boolean restless; // guarded by lock
  private volatile boolean lineSettled;
  private boolean found; // the reading thread's own

  /**
   * One that nobody reads yet.
   *
   * @param sightings is told what it brings, by the thread that reads it
   * @param drained done at its end
   */
  Stdout(
      String name,
      InputStream pipe,
      FirstLine search,
      Consumer<Sighting> sightings,
      Lookout lookout,
      Runnable drained) {
    this.name = name;
    this.reader = new PipeReader(pipe);
    this.search = search;
    this.sightings = sightings;
    this.lookout = lookout;
    this.drained = drained;
  }

  /** Begins to read. */
  void start() {
    PipeReader.start(name + "-stdout", this::run);
  }

  private void run() {
    while (reader.next(this::take)) {
      if (rests()) {
        return;
      }
    }
    search.end().forEach(sightings);
    drained.run();
  }

  private void take(byte[] piece, int length) {
    if (lineSettled) {
      search.stop();
    }
    for (var sighting : search.push(piece, length)) {
      found |= sighting instanceof Sighting.Found;
      sightings.accept(sighting);
    }
  }

  private boolean rests() {
    lock.lock();
    try {
      if (found && !restless && reader.quiet()) {
        resting = true;
        lookout.add(this);
      }
      return resting;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Has it read again if there is something.
   *
   * @return whether it must be looked at again
   */
  boolean look() {
    lock.lock();
    try {
      if (resting && (restless || !reader.quiet())) { // if nobody could begin when he was to
        goOn();
      }
      return resting;
    } finally {
      lock.unlock();
    }
  }

  /** From now on it is read without rest, to its end. */
  void readToEnd() {
    lock.lock();
    try {
      restless = true;
      if (resting) {
        goOn();
      }
    } finally {
      lock.unlock();
    }
  }

  /** By the holder of the lock. */
  private void goOn() {
    try {
      start();
    } catch (OutOfMemoryError e) {
      return; // no thread is to be had: it is looked at again, and nobody's end is held up by it
    }
    restless = true;
    resting = false;
  }

  /** Whatever else comes is not the handshake line. */
  void lineSettled() {
    lineSettled = true;
  }
}
