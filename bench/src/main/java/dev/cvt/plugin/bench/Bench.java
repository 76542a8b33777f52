package dev.cvt.plugin.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a measurement works with. */
public final class Bench {
  private static final Path ROOT = Path.of(System.getenv().getOrDefault("BENCH_ROOT", "."));

  private final boolean quick;
  private final int rounds;
  private final double seconds;
  private final Peers peers;
  private final Path sockets;
  private final Report report;

  Bench(boolean quick, int rounds, double seconds, Peers peers, Path sockets, Report report) {
    this.sockets = sockets;
    this.quick = quick;
    this.rounds = rounds;
    this.seconds = seconds;
    this.peers = peers;
    this.report = report;
  }

  /** The checkout. */
  public static Path root() {
    return ROOT;
  }

  /** A folder for what a measurement makes; removed at the end. */
  public static Path work() {
    return ROOT.resolve("bench/target/work");
  }

  /** Whether it only has to work. */
  public boolean quick() {
    return quick;
  }

  /** How often ours and the peer take turns. */
  public int rounds() {
    return rounds;
  }

  /** How long one load lasts that is measured. */
  public double seconds() {
    return seconds;
  }

  /** The Go programs. */
  public Peers peers() {
    return peers;
  }

  /** What subjects and peers take for {@code TMPDIR}: short, as paths of sockets must be. */
  Path sockets() {
    return sockets;
  }

  /** Files a row. */
  public void add(Row row) throws IOException {
    report.add(row);
  }

  /** Says what is being done. */
  public void say(String what) {
    System.err.println("bench: " + what);
  }

  /**
   * A command that runs one of our subjects in a JVM of its own, on the modules that this one runs
   * on.
   *
   * @param options of the JVM
   */
  public List<String> java(Class<?> subject, List<String> options, List<String> args) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), subject.getName()));
    command.addAll(args);
    return command;
  }

  /** The Java of the command's image, and the rest of it. */
  public static Path image() {
    var image = ROOT.resolve("cli/target/image");
    if (!Files.isExecutable(image.resolve("bin/cvt-plugins"))) {
      throw new Measurement.Missing("the image was not built: " + image);
    }
    return image;
  }

  /** What goes into the environment of whatever is measured on a home. */
  public Map<String, String> environment(Path home) {
    return Map.of("HOME", home.toString(), "TMPDIR", sockets.toString());
  }

  /** Runs a subject or a peer on a home, with a bound that no sound run comes near. */
  public Child run(List<String> command, Path home) throws IOException, InterruptedException {
    return Child.run(command, environment(home), home, Duration.ofMinutes(5));
  }

  /** Starts a subject or a peer on a home that measures what it is asked for. */
  public Dialogue open(List<String> command, Path home) throws IOException {
    return Dialogue.open(command, environment(home), home);
  }

  /** One turn of one side: what it measured, by name. */
  @FunctionalInterface
  public interface Turn {
    /** Takes it. */
    Map<String, Double> take() throws IOException, InterruptedException;
  }

  /** Lets both sides take turns, as often as {@link #rounds} says. */
  public Both alternate(Turn ours, Optional<Turn> peer) throws IOException, InterruptedException {
    return alternate(rounds, ours, peer);
  }

  /** Lets both sides take turns: ours, the peer's, ours, the peer's. */
  public Both alternate(int times, Turn ours, Optional<Turn> peer)
      throws IOException, InterruptedException {
    var both = Both.empty();
    for (int i = 0; i < times; i++) {
      both.add(ours, peer);
    }
    return both;
  }

  /** What both sides measured, by name. */
  public record Both(Map<String, List<Double>> ours, Map<String, List<Double>> peer) {
    /** Nothing yet. */
    public static Both empty() {
      return new Both(new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    /** Has each side take a turn. */
    public void add(Turn ours, Optional<Turn> peer) throws IOException, InterruptedException {
      add(this.ours, ours.take());
      if (peer.isPresent()) {
        add(this.peer, peer.get().take());
      }
    }

    private static void add(Map<String, List<Double>> to, Map<String, Double> figures) {
      figures.forEach((name, value) -> to.computeIfAbsent(name, _ -> new ArrayList<>()).add(value));
    }

    /** Ours by this name. */
    public Samples ours(String name) {
      return Samples.of(ours.getOrDefault(name, List.of()));
    }

    /** The peer's by this name; empty if there is none. */
    public Optional<Samples> peer(String name) {
      return Optional.ofNullable(peer.get(name)).map(Samples::of);
    }

    /** A row of what both have by this name. */
    public Row row(String row, String what, String name, String unit, Goal goal) {
      return new Row(row, what, ours(name), peer(name), unit, goal);
    }
  }

  /** An empty folder of that name, for one measurement. */
  public Path folder(String name) throws IOException {
    var folder = work().resolve(name);
    Folders.delete(folder);
    return Files.createDirectories(folder);
  }
}
