package dev.cvt.plugins.conformance;

import java.util.List;
import java.util.Set;

/**
 * One thing that hosts expect of a plugin.
 *
 * @param id what {@code --only} names; words joined by hyphens
 * @param title what a plugin does that keeps the rule, as a sentence without a full stop
 * @param level whether a breach is a failure or a warning
 * @param source whose rule it is
 * @param fact why: what hosts or plugins do that makes it one
 * @param stage when and on which process it is looked at
 * @param needs what must be so for the rule to apply at all
 * @param check looks
 */
public record Rule(
    String id,
    String title,
    Level level,
    Source source,
    String fact,
    Stage stage,
    Set<Need> needs,
    Check check) {

  /** How much a breach weighs. */
  public enum Level {
    /** Hosts or their users are harmed: the rule is failed. */
    MUST("must"),
    /** Good plugins do so, and respected ones do not: a warning. */
    SHOULD("should");

    private final String word;

    Level(String word) {
      this.word = word;
    }

    /** As it is printed. */
    public String word() {
      return word;
    }
  }

  /** Where a rule comes from. */
  public enum Source {
    /** How go-plugin's hosts and plugins behave. */
    GO_PLUGIN("go-plugin"),
    /** What is said between host and plugin: variables, line, services. */
    WIRE("wire"),
    /** What CVT promises about its plugins. */
    CVT("CVT contract");

    private final String word;

    Source(String word) {
      this.word = word;
    }

    /** As it is printed. */
    public String word() {
      return word;
    }
  }

  /** When a rule is looked at. */
  public enum Stage {
    /** On the facts of the first start, which every run makes. */
    FIRST,
    /** On that first process, one rule after another; each must leave it well. */
    RESIDENT,
    /** On processes of its own, beside other rules. */
    OWN,
    /** On what the first process has printed, when all else is done with it. */
    LAST
  }

  /** What must be so for a rule to apply. */
  public enum Need {
    /** It printed a handshake line. */
    LINE,
    /** It answers gRPC. */
    SERVING,
    /** It is one of CVT's plugins. */
    CVT,
    /** It declares {@code registry.v1}. */
    REGISTRY,
    /** There is configuration to deliver. */
    CONFIG,
    /** A slow schema was named. */
    SLOW_SCHEMA,
    /** It listens on a Unix socket. */
    UNIX_SOCKET,
    /** It listens on a port. */
    PORT
  }

  /** Looks whether a rule is kept. */
  @FunctionalInterface
  public interface Check {
    /**
     * Looks.
     *
     * @throws Breach if not, in place of a verdict that says so
     * @throws InterruptedException if interrupted
     */
    Verdict check(Trial trial) throws InterruptedException;
  }

  /** Copies. */
  public Rule {
    needs = Set.copyOf(needs);
  }

  /** The rules of a list of lists, in order. */
  static List<Rule> join(List<List<Rule>> groups) {
    return groups.stream().flatMap(List::stream).toList();
  }

  static Rule must(String id, Source source, Stage stage, Set<Need> needs, Text text, Check check) {
    return new Rule(id, text.title(), Level.MUST, source, text.fact(), stage, needs, check);
  }

  static Rule should(
      String id, Source source, Stage stage, Set<Need> needs, Text text, Check check) {
    return new Rule(id, text.title(), Level.SHOULD, source, text.fact(), stage, needs, check);
  }

  /** The words of a rule. */
  record Text(String title, String fact) {}
}
