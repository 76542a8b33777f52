package dev.cvt.plugin.tests.peers;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** Asks CVT whether it takes a {@code config.yaml}, and what it reads in it. */
public final class GoConfigs {

  private GoConfigs() {}

  /**
   * A config file.
   *
   * @param home what {@code HOME} says
   * @param yaml its text
   * @param environment the variables, {@code HOME} aside
   */
  public record Candidate(String home, String yaml, Map<String, String> environment) {
    public Candidate {
      environment = Map.copyOf(environment);
    }
  }

  /** What CVT made of it. */
  public sealed interface Verdict {

    /** What it read: Go's {@code Config} with its field names. */
    record Taken(Map<String, Object> config) implements Verdict {
      public Taken {
        config = Map.copyOf(config);
      }
    }

    /** It refused. */
    record Refused(String error) implements Verdict {}
  }

  /** Judges them in one run of the program. */
  public static List<Verdict> judge(List<Candidate> candidates) {
    try {
      var input = new StringBuilder();
      for (var one : candidates) {
        input
            .append(
                JSON.std.asString(
                    Map.of("home", one.home(), "yaml", one.yaml(), "env", one.environment())))
            .append('\n');
      }
      var run = Program.of(Peers.goManager(), "config").given(input.toString()).run().ok();
      return run.out().lines().map(GoConfigs::verdict).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Verdict verdict(String line) {
    try {
      var answer = JSON.std.mapFrom(line);
      if (answer.get("config") instanceof Map<?, ?> config) {
        return new Verdict.Taken(JSON.std.mapFrom(JSON.std.asString(config)));
      }
      return new Verdict.Refused(String.valueOf(answer.get("error")));
    } catch (IOException e) {
      throw new UncheckedIOException(line, e);
    }
  }
}
