package dev.cvt.plugin.tests.conformance;

import dev.cvt.plugins.conformance.Dialect;
import dev.cvt.plugins.conformance.Examiner;
import dev.cvt.plugins.conformance.Outcome;
import dev.cvt.plugins.conformance.Outcome.Result;
import dev.cvt.plugins.conformance.Patience;
import dev.cvt.plugins.conformance.Report;
import dev.cvt.plugins.conformance.Rule;
import dev.cvt.plugins.conformance.Rules;
import dev.cvt.plugins.conformance.Subject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One conformance run of a test, and what it found. */
record Examination(Report report) {
  /** Nothing that must come takes longer on any machine that tests run on. */
  static final Patience GENEROUS =
      new Patience(
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(20),
          Duration.ofMillis(500));

  /** Applies rules to a plugin. */
  static Examination of(Subject subject, List<Rule> rules) throws InterruptedException {
    try (var examiner = new Examiner(subject)) {
      return new Examination(examiner.run(rules, outcome -> {}));
    }
  }

  /** A plugin that takes the configuration and knows the schemas of these tests. */
  static Subject subject(Path program, Dialect dialect, String slowSchema, Patience patience) {
    return subject(program, dialect, Subject.DEFAULT_SCHEMA_ID, slowSchema, patience);
  }

  /** As {@link #subject(Path, Dialect, String, Patience)}, and is asked for another schema. */
  static Subject subject(
      Path program, Dialect dialect, String schema, String slowSchema, Patience patience) {
    return new Subject(
        program,
        dialect,
        Map.of("PATH", System.getenv("PATH")),
        new TreeMap<>(Map.of("folder", "folder-of-pets")),
        schema,
        Optional.of(slowSchema),
        patience);
  }

  /** The names of the rules that came to this, in their order. */
  List<String> rules(Result result) {
    return report.outcomes().stream()
        .filter(outcome -> outcome.result() == result)
        .map(outcome -> outcome.rule().id())
        .toList();
  }

  /** What was seen of one rule. */
  String seen(String rule) {
    return report.outcomes().stream()
        .filter(outcome -> outcome.rule().id().equals(rule))
        .map(Outcome::seen)
        .findFirst()
        .orElseThrow();
  }

  /** All that is not as it should be, for a failing test's message. */
  String complaints() {
    return String.join(
        "\n",
        report.outcomes().stream()
            .filter(o -> o.result() == Result.FAILED || o.result() == Result.WARNED)
            .map(o -> o.result().word() + " " + o.rule().id() + ": " + o.seen())
            .toList());
  }

  /** Rules of these names. */
  static List<Rule> named(List<String> ids) {
    return Rules.named(java.util.Set.copyOf(ids));
  }
}
