package dev.cvt.plugin.bench.faults;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The command line of {@code bench/faults}: runs faults and prints the table. Ends with 0 if all of
 * them were tried and nothing was found, with 1 if not, with 2 if it was called wrongly.
 */
public final class Main {

  /** Kept, so that their levels are. */
  private static final List<Logger> LOGS =
      List.of(Logger.getLogger("dev.cvt"), Logger.getLogger("io.netty"));

  private final PrintStream out;
  private final List<String> table = new ArrayList<>();
  private boolean good = true;

  private Main(PrintStream out) {
    this.out = out;
  }

  /**
   * Runs what is named, or everything.
   *
   * @param args {@code [--quick] [--list] [NAME...]}; the system properties {@code faults.checkout}
   *     and {@code faults.report} name the source tree and the file for the table
   */
  public static void main(String[] args) throws IOException {
    var names = new TreeSet<>(List.of(args));
    boolean quick = names.remove("--quick");
    boolean list = names.remove("--list");
    var known = Catalog.all().stream().map(Fault::name).toList();
    if (!known.containsAll(names)) {
      names.removeAll(Set.copyOf(known));
      System.err.println("bench/faults: not known: " + String.join(", ", names));
      System.err.println("known are: " + String.join(", ", known));
      System.exit(2);
    }
    if (list) {
      known.forEach(System.out::println);
      return;
    }
    LOGS.forEach(log -> log.setLevel(Level.SEVERE)); // that plugins come and go is no news here
    var main = new Main(System.out);
    main.run(quick, names);
    Files.write(Path.of(System.getProperty("faults.report")), main.table);
    System.exit(main.good ? 0 : 1);
  }

  private void run(boolean quick, Set<String> names) throws IOException {
    print("| fault | tries | lost | leaked | corrupted | time | details |");
    print("|---|--:|--:|--:|--:|--:|---|");
    var checkout = Path.of(System.getProperty("faults.checkout"));
    long seed = Long.getLong("faults.seed", System.nanoTime());
    for (var fault : Catalog.all()) {
      if (names.isEmpty() || names.contains(fault.name())) {
        row(fault, quick, checkout, seed);
      }
    }
  }

  private void row(Fault fault, boolean quick, Path checkout, long seed) throws IOException {
    var folder = Files.createTempDirectory("faults-");
    long start = System.nanoTime();
    try {
      var result = fault.run(new Setting(quick, checkout, folder, seed));
      good &= result.good();
      print(
          "| %s | %d | %d | %d | %d | %s | %s |"
              .formatted(
                  fault.what(),
                  result.tries(),
                  result.lost(),
                  result.leaked(),
                  result.corrupted(),
                  seconds(start),
                  result.note()));
    } catch (Exception e) {
      good = false;
      e.printStackTrace();
      print(
          "| %s | | | | | %s | **could not be done** (seed %d): %s |"
              .formatted(fault.what(), seconds(start), seed, e.getMessage()));
    } finally {
      delete(folder);
    }
  }

  private void print(String line) {
    table.add(line);
    out.println(line);
    out.flush();
  }

  private static String seconds(long start) {
    return Duration.ofNanos(System.nanoTime() - start).toSeconds() + " s";
  }

  private static void delete(Path folder) throws IOException {
    try (var all = Files.walk(folder)) {
      for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
