package dev.cvt.plugins;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.cvt.plugins.conformance.Outcome;
import dev.cvt.plugins.conformance.Outcome.Result;
import dev.cvt.plugins.conformance.Report;
import dev.cvt.plugins.conformance.Rule;
import dev.cvt.plugins.conformance.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code cvt-plugins conformance} prints, for a person and for a program. */
final class ConformanceText {
  private static final double MILLIS = 1000;

  private ConformanceText() {}

  /** The rules, one line each. */
  static List<String> table(List<Rule> rules) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("RULE", "LEVEL", "SOURCE", "A PLUGIN"));
    rules.forEach(
        rule ->
            rows.add(List.of(rule.id(), rule.level().word(), rule.source().word(), rule.title())));
    return Table.of(rows);
  }

  /** The outcomes, one line each, what is wrong told beneath, and the sum. */
  static List<String> table(Report report, Terminal terminal) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("RESULT", "RULE", "A PLUGIN"));
    report.outcomes().forEach(o -> rows.add(cells(o)));
    List<String> lines = new ArrayList<>();
    List<String> table = Table.of(rows);
    lines.add(table.getFirst());
    for (int i = 0; i < report.outcomes().size(); i++) {
      Outcome outcome = report.outcomes().get(i);
      lines.add(coloured(outcome, table.get(i + 1), terminal));
      lines.addAll(beneath(outcome));
    }
    lines.add("");
    lines.add(
        "%d passed, %d failed, %d warned, %d not applicable, in %s s"
            .formatted(
                report.count(Result.PASSED),
                report.count(Result.FAILED),
                report.count(Result.WARNED),
                report.count(Result.NOT_APPLICABLE),
                String.format(Locale.ROOT, "%.1f", report.took().toMillis() / MILLIS)));
    return lines;
  }

  private static List<String> cells(Outcome outcome) {
    return List.of(
        outcome.result().word(),
        outcome.rule().id(),
        outcome.result() == Result.NOT_APPLICABLE ? "– " + outcome.seen() : outcome.rule().title());
  }

  private static String coloured(Outcome outcome, String line, Terminal terminal) {
    return switch (outcome.result()) {
      case PASSED -> line;
      case FAILED -> terminal.red(line);
      case WARNED -> terminal.bold(line);
      case NOT_APPLICABLE -> terminal.dim(line);
    };
  }

  private static List<String> beneath(Outcome outcome) {
    return switch (outcome.result()) {
      case PASSED, NOT_APPLICABLE -> List.of();
      case FAILED, WARNED ->
          List.of(
              "    seen: " + Table.printable(outcome.seen()),
              "    %s: %s".formatted(outcome.rule().source().word(), outcome.rule().fact()));
    };
  }

  /** The rules as one object. */
  static String json(List<Rule> rules) throws IOException {
    return JSON.std.asString(Map.of("rules", rules.stream().map(ConformanceText::fields).toList()));
  }

  /** The report as one object. */
  static String json(Subject subject, Report report) throws IOException {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("program", subject.program().toString());
    all.put("conforms", report.conforms());
    for (Result result : Result.values()) {
      all.put(name(result), report.count(result));
    }
    all.put("duration_ms", report.took().toMillis());
    all.put("rules", report.outcomes().stream().map(ConformanceText::fields).toList());
    return JSON.std.asString(all);
  }

  private static Map<String, Object> fields(Rule rule) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", rule.id());
    fields.put("title", rule.title());
    fields.put("level", rule.level().word());
    fields.put("source", rule.source().word());
    fields.put("fact", rule.fact());
    return fields;
  }

  private static Map<String, Object> fields(Outcome outcome) {
    Map<String, Object> fields = fields(outcome.rule());
    fields.put("result", name(outcome.result()));
    fields.put("seen", outcome.seen());
    fields.put("duration_ms", outcome.took().toMillis());
    return fields;
  }

  private static String name(Result result) {
    return result.name().toLowerCase(Locale.ROOT);
  }
}
