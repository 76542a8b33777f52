package dev.cvt.pluginmgr.supervise;

import dev.cvt.goplugin.Exit;
import dev.cvt.pluginmgr.StateFile;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Why a plugin did not start, or died, as data. All texts are scrubbed.
 *
 * @param plugin its name; empty if it is about all of them
 * @param stage how far it had come
 * @param diagnosis the one cause, a word in capitals
 * @param what happened, in words, without the plugin's name
 * @param remedy what to do about it
 * @param exit how its process ended, if it ended by itself
 * @param stderr the last 4 KiB of its standard error; empty if there was none
 * @param timings of each stage that was entered, in their order
 * @param at when
 * @param cause where there is more to know
 */
public record Failure(
    String plugin,
    Stage stage,
    String diagnosis,
    String what,
    String remedy,
    Optional<Exit> exit,
    String stderr,
    SortedMap<Stage, Duration> timings,
    Instant at,
    @Nullable Throwable cause) {

  /** Copies the timings. */
  public Failure {
    timings = Collections.unmodifiableSortedMap(new TreeMap<>(timings));
  }

  /** A refusal of the state file or its folder, which is about no plugin in particular. */
  static Failure of(StateFile.Refused refused) {
    return new Failure(
        "",
        Stage.VERIFY,
        refused.reason().name(),
        refused.what(),
        refused.remedy(),
        Optional.empty(),
        "",
        new TreeMap<>(),
        Instant.now(),
        refused);
  }

  /** All of it for a person: the fact, the remedy, then the evidence on lines of its own. */
  public String message() {
    var text = new StringBuilder(plugin.isEmpty() ? "the plugins" : "plugin " + plugin);
    text.append(stage == Stage.RUNNING ? " " : " did not start: ").append(what);
    text.append("; ").append(remedy);
    if (stage != Stage.RUNNING) {
      text.append("\n  phase ").append(stage.title());
      exit.ifPresent(e -> text.append("; the process ").append(e.description()));
      appendTimings(text);
    }
    if (!stderr.isBlank()) {
      text.append("\n  its last words on stderr:");
      stderr.strip().lines().forEach(line -> text.append("\n    ").append(line));
    }
    return text.toString();
  }

  private void appendTimings(StringBuilder text) {
    if (timings.isEmpty()) {
      return;
    }
    var total = timings.values().stream().reduce(Duration.ZERO, Duration::plus);
    text.append("; after ").append(total.toMillis()).append(" ms (");
    var separator = "";
    for (Map.Entry<Stage, Duration> one : timings.entrySet()) {
      text.append(separator).append(one.getKey().title()).append(' ');
      text.append(one.getValue().toMillis()).append(" ms");
      separator = ", ";
    }
    text.append(')');
  }

  /**
   * The fact on one line, to follow the plugin's name: "did not start: ...", "was killed by ...".
   */
  public String brief() {
    String whole = stage == Stage.RUNNING ? what : "did not start: " + what;
    int end = whole.indexOf('\n');
    return end < 0 ? whole : whole.substring(0, end);
  }

  /** Thrown inside this package where a launch fails. */
  static final class Thrown extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Failure failure;

    Thrown(Failure failure) {
      super(failure.message(), failure.cause(), false, false);
      this.failure = failure;
    }

    Failure failure() {
      return failure;
    }
  }

  /** The stages of one launch as they go by. Not thread-safe. */
  static final class Stopwatch {
    private final Map<Stage, Duration> spent = new EnumMap<>(Stage.class);
    private Stage stage = Stage.VERIFY;
    private long since = System.nanoTime();

    /** Ends the present stage and begins another. */
    void enter(Stage next) {
      long now = System.nanoTime();
      spent.merge(stage, Duration.ofNanos(now - since), Duration::plus);
      stage = next;
      since = now;
    }

    /** Takes over stages that were measured elsewhere, in place of the present one. */
    void adopt(Map<Stage, Duration> measured, Stage next) {
      spent.putAll(measured);
      stage = next;
      since = System.nanoTime();
    }

    Stage stage() {
      return stage;
    }

    SortedMap<Stage, Duration> read() {
      var all = new TreeMap<>(spent);
      all.merge(stage, Duration.ofNanos(System.nanoTime() - since), Duration::plus);
      return all;
    }
  }
}
