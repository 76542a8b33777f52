package dev.cvt.plugins.conformance;

import dev.cvt.plugins.conformance.Rule.Need;
import dev.cvt.plugins.conformance.Rule.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Applies rules to one plugin. Rules that need processes of their own are looked at beside those
 * that share the first one, a few at a time. Used once; {@link #close}, from any thread, ends every
 * process, and a run that is under way ends early.
 */
public final class Examiner implements AutoCloseable {
  /** Processes wait more than they work; more at once would only be slower each. */
  private static final int AT_ONCE = 2;

  private final Run run;

  /** Makes a private folder; nothing is started yet. */
  public Examiner(Subject subject) {
    this.run = new Run(subject);
  }

  /**
   * Looks at the plugin.
   *
   * @param rules in the order of the report
   * @param progress hears of each outcome as it comes, one at a time, on any thread
   * @throws InterruptedException if interrupted; close this to end what runs
   */
  public Report run(List<Rule> rules, Consumer<Outcome> progress) throws InterruptedException {
    long begun = System.nanoTime();
    var outcomes = new LinkedHashMap<Rule, Outcome>();
    Consumer<Outcome> told =
        outcome -> {
          synchronized (outcomes) {
            outcomes.put(outcome.rule(), outcome);
            progress.accept(outcome);
          }
        };
    var _ = run.first().get();
    each(at(rules, Stage.FIRST), told);
    beside(at(rules, Stage.RESIDENT), at(rules, Stage.OWN), told);
    each(at(rules, Stage.LAST), told);
    return new Report(
        rules.stream().map(rule -> found(outcomes, rule)).toList(),
        Duration.ofNanos(System.nanoTime() - begun));
  }

  private static Outcome found(Map<Rule, Outcome> outcomes, Rule rule) {
    return Optional.ofNullable(outcomes.get(rule))
        .orElseThrow(() -> new IllegalStateException("rule " + rule.id() + " has no outcome"));
  }

  private static List<Rule> at(List<Rule> rules, Stage stage) {
    return rules.stream().filter(rule -> rule.stage() == stage).toList();
  }

  private void each(List<Rule> rules, Consumer<Outcome> told) throws InterruptedException {
    for (var rule : rules) {
      told.accept(judge(rule));
    }
  }

  private void beside(List<Rule> shared, List<Rule> own, Consumer<Outcome> told)
      throws InterruptedException {
    try (var threads =
        Executors.newFixedThreadPool(
            1 + AT_ONCE, Thread.ofPlatform().daemon().name("conformance-", 0).factory())) {
      var looking = new ArrayList<Future<Void>>();
      looking.add(threads.submit(look(shared, told)));
      own.forEach(rule -> looking.add(threads.submit(look(List.of(rule), told))));
      try {
        for (var one : looking) {
          var _ = one.get();
        }
      } catch (ExecutionException e) {
        throw new IllegalStateException("a rule could not be looked at", e.getCause());
      } finally {
        looking.forEach(one -> one.cancel(true));
      }
    }
  }

  private Callable<Void> look(List<Rule> rules, Consumer<Outcome> told) {
    return () -> {
      each(rules, told);
      return null;
    };
  }

  private Outcome judge(Rule rule) throws InterruptedException {
    long begun = System.nanoTime();
    var verdict = verdict(rule);
    return Outcome.of(rule, verdict, Duration.ofNanos(System.nanoTime() - begun));
  }

  private Verdict verdict(Rule rule) throws InterruptedException {
    var obstacle = obstacle(rule);
    if (obstacle.isPresent()) {
      return new Verdict.NotApplicable(obstacle.get());
    }
    Verdict found;
    try (var trial = new Trial(run)) {
      found = rule.check().check(trial);
    } catch (Breach e) {
      found = new Verdict.Broken(e.seen());
    }
    if (rule.stage() != Stage.RESIDENT) {
      return found;
    }
    var ailment = run.resident().get().ailment();
    return ailment.isPresent() && !(found instanceof Verdict.Broken)
        ? new Verdict.Broken("after it, " + ailment.get())
        : found;
  }

  /** Why a rule has nothing to say about this plugin. */
  private Optional<String> obstacle(Rule rule) throws InterruptedException {
    var needs = rule.needs();
    var first = run.first().get();
    var subject = run.subject();
    if (needs.contains(Need.CVT) && !subject.dialect().cvt()) {
      return Optional.of("it is not looked at as a plugin of CVT's");
    }
    if (!needs.isEmpty() && first.printed().line().isEmpty()) {
      return Optional.of("it prints no handshake line");
    }
    if (needs.contains(Need.UNIX_SOCKET) && !first.line().network().equals("unix")) {
      return Optional.of("it does not listen on a Unix socket");
    }
    if (needs.contains(Need.PORT) && !first.line().network().equals("tcp")) {
      return Optional.of("it does not listen on a port");
    }
    if ((needs.contains(Need.SERVING) || needs.contains(Need.CVT)) && first.served().isEmpty()) {
      return Optional.of("it does not answer gRPC");
    }
    if (needs.contains(Need.REGISTRY) && !first.declares(Protocol.REGISTRY)) {
      return Optional.of("it does not declare " + Protocol.REGISTRY);
    }
    if (needs.contains(Need.CONFIG) && subject.config().isEmpty()) {
      return Optional.of("no configuration was given: --set KEY=VALUE");
    }
    if (needs.contains(Need.SLOW_SCHEMA) && subject.slowSchemaId().isEmpty()) {
      return Optional.of("no schema was named that it answers slowly: --slow-schema ID");
    }
    return Optional.empty();
  }

  /** Ends every process of the run and removes its folder. Idempotent. */
  @Override
  public void close() {
    run.close();
  }
}
