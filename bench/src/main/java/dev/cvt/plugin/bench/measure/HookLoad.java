package dev.cvt.plugin.bench.measure;

import dev.cvt.plugin.bench.Bench;
import dev.cvt.plugin.bench.Bench.Both;
import dev.cvt.plugin.bench.Bench.Turn;
import dev.cvt.plugin.bench.Dialogue;
import dev.cvt.plugin.bench.Home;
import dev.cvt.plugin.bench.subject.Calls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The same load on the hooks of both sides. Figures are named by what they are and the number of
 * callers: {@code p50_us-8}, and {@code first_p50_us-8} for those of the last of the warm-up.
 *
 * @param callers numbers of them, measured one after the other
 * @param flags that both sides take
 * @param ourFlags that only ours takes
 */
record HookLoad(
    Home home,
    Path audit,
    Bench bench,
    List<Integer> callers,
    List<String> flags,
    List<String> ourFlags) {
  /** A JVM has compiled what it runs after some 40,000 calls; Go needs no such time. */
  private static final double WARM_UP = 0.8;

  /** What the command's own image has. */
  static final List<String> JVM = List.of("-XX:+UseSerialGC", "-Xms32m");

  /** Pairs of processes of {@link #sideBySide}: no two JVMs compile alike. */
  private static final int PAIRS = 3;

  /** Turns of each process of such a pair, and the share of the usual length that each takes. */
  private static final int TURNS = 6;

  private static final double TURN = 0.5;

  static HookLoad of(
      Home home, Path audit, Bench bench, List<Integer> callers, List<String> flags) {
    return new HookLoad(home, audit, bench, callers, List.copyOf(flags), List.of());
  }

  /** The same, where our callers are virtual threads, as Go's are goroutines in any case. */
  HookLoad onVirtualThreads() {
    return new HookLoad(home, audit, bench, callers, flags, List.of("-threads", "virtual"));
  }

  /** Ours, in a process of its own. */
  Map<String, Double> ours() throws IOException, InterruptedException {
    return alone(ourCommand(1));
  }

  /** The Go manager, in a process of its own. */
  Optional<Turn> go() {
    return goCommand(1).map(command -> () -> alone(command));
  }

  private Map<String, Double> alone(List<String> command) throws IOException, InterruptedException {
    var figures = new LinkedHashMap<String, Double>();
    try (var side = bench.open(command, home.folder())) {
      for (int count : callers) {
        figures.putAll(warm(side, count));
        figures.putAll(turn(side, count));
      }
    }
    return figures;
  }

  /**
   * Ours and the Go manager at once, where one waits while the other has its turn. Turns are short,
   * and the processes have settled: what the machine does to one side, it does to the other as
   * well.
   */
  Both sideBySide() throws IOException, InterruptedException {
    var both = Both.empty();
    for (int pair = 0; pair < Math.min(PAIRS, bench.rounds()); pair++) {
      try (var ours = bench.open(ourCommand(TURN), home.folder())) {
        var command = goCommand(TURN);
        if (command.isEmpty()) {
          inTurns(both, ours, Optional.empty());
        } else {
          try (var go = bench.open(command.get(), home.folder())) {
            inTurns(both, ours, Optional.of(go));
          }
        }
      }
    }
    return both;
  }

  private void inTurns(Both both, Dialogue ours, Optional<Dialogue> go)
      throws IOException, InterruptedException {
    for (int count : callers) {
      both.add(() -> warm(ours, count), go.map(peer -> () -> warm(peer, count)));
      for (int turn = 0; turn < (bench.quick() ? 1 : TURNS); turn++) {
        both.add(() -> turn(ours, count), go.map(peer -> () -> turn(peer, count)));
      }
    }
  }

  private static Map<String, Double> warm(Dialogue side, int callers) throws IOException {
    return figures("first_", callers, side.ask(Map.of("warm", callers)));
  }

  private static Map<String, Double> turn(Dialogue side, int callers) throws IOException {
    return figures("", callers, side.ask(Map.of("turn", callers)));
  }

  private static Map<String, Double> figures(String which, int callers, Map<String, Object> answer)
      throws IOException {
    if (!Integer.valueOf(0).equals(answer.get("failed"))) {
      throw new IOException("calls failed: " + answer);
    }
    var figures = new LinkedHashMap<String, Double>();
    answer.forEach(
        (name, value) -> {
          if (value instanceof Number number) {
            figures.put(which + name + "-" + callers, number.doubleValue());
          }
        });
    return figures;
  }

  private List<String> ourCommand(double length) {
    var all = with(length);
    all.addAll(ourFlags);
    return bench.java(Calls.class, JVM, all);
  }

  private Optional<List<String>> goCommand(double length) {
    return bench
        .peers()
        .goManager()
        .map(
            program -> {
              var command = new ArrayList<>(List.of(program, "bench", "-audit", audit.toString()));
              command.addAll(with(length));
              return command;
            });
  }

  private List<String> with(double length) {
    var all = new ArrayList<>(flags);
    all.addAll(List.of("-warmup", millis(bench.seconds() * WARM_UP)));
    all.addAll(List.of("-settle", millis(bench.seconds()))); // only at a fixed rate
    all.addAll(List.of("-duration", millis(bench.seconds() * length)));
    return all;
  }

  private static String millis(double seconds) {
    return Math.round(seconds * 1000) + "ms";
  }
}
