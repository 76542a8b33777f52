package dev.cvt.plugin.bench;

import dev.cvt.plugin.bench.measure.AuditSinkAlone;
import dev.cvt.plugin.bench.measure.Calls;
import dev.cvt.plugin.bench.measure.Commands;
import dev.cvt.plugin.bench.measure.Crash;
import dev.cvt.plugin.bench.measure.Hashing;
import dev.cvt.plugin.bench.measure.ImageSize;
import dev.cvt.plugin.bench.measure.JavaPlugin;
import dev.cvt.plugin.bench.measure.LargeAnswers;
import dev.cvt.plugin.bench.measure.Memory;
import dev.cvt.plugin.bench.measure.Mtls;
import dev.cvt.plugin.bench.measure.Neighbours;
import dev.cvt.plugin.bench.measure.OverGrpc;
import dev.cvt.plugin.bench.measure.Rate;
import dev.cvt.plugin.bench.measure.ScrubberCost;
import dev.cvt.plugin.bench.measure.StartFailures;
import dev.cvt.plugin.bench.measure.Starts;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** The command line of {@code bench/run}. */
public final class Main {
  private static final String USAGE =
      """
      usage: bench/run [--quick] [--rounds N] [--seconds S] [NAME...]
      --list prints the names; default: all of them
      """;

  private static final List<Measurement> ALL =
      List.of(
          new Calls(false),
          new Calls(true),
          new Rate(),
          new OverGrpc(),
          new AuditSinkAlone(),
          new Starts(),
          new Commands(),
          new JavaPlugin(),
          new Hashing(),
          new ImageSize(),
          new LargeAnswers(),
          new Mtls(),
          new Crash(),
          new Memory(),
          new StartFailures(),
          new Neighbours(),
          new ScrubberCost());

  private final List<String> names = new ArrayList<>();
  private boolean quick;
  private int rounds;
  private double seconds;

  private Main() {}

  /** Measures what is named, or everything. */
  public static void main(String[] args) throws IOException, InterruptedException {
    var main = new Main();
    if (!main.parse(List.of(args))) {
      System.err.print(USAGE);
      System.exit(2);
    }
    System.exit(main.run("bench/run " + String.join(" ", args)));
  }

  private boolean parse(List<String> args) {
    var rest = args.iterator();
    while (rest.hasNext()) {
      switch (rest.next()) {
        case "--quick" -> quick = true;
        case "--rounds" -> rounds = Integer.parseInt(rest.next());
        case "--seconds" -> seconds = Double.parseDouble(rest.next());
        case "--list" -> {
          ALL.forEach(each -> System.out.printf("%-16s %s%n", each.name(), each.what()));
          System.exit(0);
        }
        case String word when word.startsWith("-") -> {
          return false;
        }
        case String name -> {
          if (ALL.stream().noneMatch(each -> each.name().equals(name))) {
            System.err.println("nothing is called " + name);
            return false;
          }
          names.add(name);
        }
      }
    }
    rounds = rounds > 0 ? rounds : quick ? 1 : 5;
    seconds = seconds > 0 ? seconds : quick ? 0.3 : 5;
    return true;
  }

  private int run(String command) throws IOException, InterruptedException {
    Files.createDirectories(Bench.work());
    var report =
        new Report(
            Bench.root().resolve("bench/target"), Machine.describe(Bench.root(), command.strip()));
    var bench =
        new Bench(
            quick, rounds, seconds, Peers.build(), Files.createTempDirectory("bench"), report);
    int failed = 0;
    for (var each : ALL) {
      if (!names.isEmpty() && !names.contains(each.name())) {
        continue;
      }
      bench.say(each.name() + ": " + each.what());
      try {
        each.run(bench);
      } catch (Measurement.Missing e) {
        report.leaveOut(each.name(), String.valueOf(e.getMessage()));
      } catch (IOException | RuntimeException e) {
        failed++;
        e.printStackTrace();
        report.leaveOut(each.name(), "failed: " + String.valueOf(e).lines().findFirst().orElse(""));
      }
    }
    Folders.delete(Bench.work());
    Folders.delete(bench.sockets());
    return failed == 0 ? 0 : 1;
  }
}
