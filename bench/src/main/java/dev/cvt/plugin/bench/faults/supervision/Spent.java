package dev.cvt.plugin.bench.faults.supervision;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the threads of this JVM have used, those of the virtual machine itself included.
 *
 * @param threads by their number in the system
 */
record Spent(Map<String, Use> threads) {
  private static final String SLEPT = "voluntary_ctxt_switches:";

  /**
   * One thread's, or several threads'.
   *
   * @param name of the thread, the first 15 letters of it
   * @param nanos on a processor
   * @param wakes how often it went to sleep and so was woken
   */
  record Use(String name, long nanos, long wakes) {
    private Use plus(Use other) {
      return new Use(name, nanos + other.nanos, wakes + other.wakes);
    }

    private Use minus(Use other) {
      return new Use(name, nanos - other.nanos, wakes - other.wakes);
    }

    /** Of one core. */
    double share(Duration time) {
      return nanos / (double) time.toNanos();
    }

    double wakesEachSecond(Duration time) {
      return wakes * 1e9 / time.toNanos();
    }
  }

  Spent {
    threads = Map.copyOf(threads);
  }

  /** Until now. */
  static Spent soFar() throws IOException {
    var threads = new HashMap<String, Use>();
    try (var all = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path thread : all) {
        of(thread).ifPresent(use -> threads.put(thread.getFileName().toString(), use));
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return new Spent(threads);
  }

  /** Empty if it has just ended. */
  private static Optional<Use> of(Path thread) throws IOException {
    try {
      return Optional.of(
          new Use(
              Files.readString(thread.resolve("comm")).strip(),
              Long.parseLong(Files.readString(thread.resolve("schedstat")).split(" ", -1)[0]),
              Files.readAllLines(thread.resolve("status")).stream()
                  .filter(line -> line.startsWith(SLEPT))
                  .mapToLong(line -> Long.parseLong(line.substring(SLEPT.length()).strip()))
                  .sum()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** What was used from then to this, threads of one kind together, the most first. */
  List<Use> since(Spent before) {
    var kinds = new HashMap<String, Use>();
    threads.forEach(
        (number, use) -> {
          var old = before.threads.getOrDefault(number, new Use(use.name(), 0, 0));
          var kind = use.name().replaceAll("[-0-9#]*$", "");
          kinds.merge(kind, new Use(kind, 0, 0).plus(use.minus(old)), Use::plus);
        });
    return kinds.values().stream().sorted(Comparator.comparingLong(Use::nanos).reversed()).toList();
  }

  /** All of them together. */
  static Use sum(List<Use> uses) {
    return uses.stream().reduce(new Use("all", 0, 0), Use::plus);
  }
}
