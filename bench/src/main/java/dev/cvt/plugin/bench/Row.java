package dev.cvt.plugin.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One row of the table.
 *
 * @param name unique, of words and hyphens
 * @param what is measured, and the peer
 * @param peer empty where there is none, or none on this machine
 */
public record Row(
    String name, String what, Samples ours, Optional<Samples> peer, String unit, Goal goal) {

  /** Of ours to the peer's. */
  Optional<Samples.Ratio> ratio() {
    return peer.filter(samples -> samples.min() > 0).map(ours::over);
  }

  /** Whether the goal was met; empty if there is none, or no peer that it needs. */
  Optional<Boolean> met() {
    if (!goal.isSet()) {
      return Optional.empty();
    }
    return goal.relative()
        ? ratio().map(ratio -> goal.isMetBy(ratio.value()))
        : Optional.of(goal.isMetBy(ours.median()));
  }

  /** For {@code results.jsonl}. */
  Map<String, Object> json() {
    var line = new LinkedHashMap<String, Object>();
    line.put("name", name);
    line.put("what", what);
    line.put("ours", ours.median());
    line.put("ours_min", ours.min());
    line.put("ours_max", ours.max());
    line.put("samples", ours.count());
    peer.ifPresent(
        samples -> {
          line.put("peer", samples.median());
          line.put("peer_min", samples.min());
          line.put("peer_max", samples.max());
        });
    line.put("unit", unit);
    ratio()
        .ifPresent(
            ratio -> {
              line.put("ratio", ratio.value());
              line.put("ratio_low", ratio.low());
              line.put("ratio_high", ratio.high());
            });
    line.put("better", goal.better() == Goal.Better.MORE ? "more" : "less");
    if (goal.isSet()) {
      line.put("goal", goal.text(unit));
    }
    met().ifPresent(met -> line.put("met", met));
    return line;
  }

  /** For {@code results.md}. */
  String markdown() {
    return "| `%s` | %s | %s | %s | %s | %s | %s | %s |"
        .formatted(
            name,
            what,
            shown(ours),
            peer.map(Row::shown).orElse("–"),
            unit,
            ratio().map(Row::shown).orElse("–"),
            goal.isSet() ? goal.text(unit) : "–",
            met().map(met -> met ? "met" : "**not met**").orElse(goal.isSet() ? "no peer" : "–"));
  }

  private static String shown(Samples samples) {
    String middle = Figures.shown(samples.median());
    return samples.count() == 1
        ? middle
        : "%s (%s–%s)"
            .formatted(middle, Figures.shown(samples.min()), Figures.shown(samples.max()));
  }

  private static String shown(Samples.Ratio ratio) {
    return "%s (%s–%s)"
        .formatted(
            Figures.shown(ratio.value()), Figures.shown(ratio.low()), Figures.shown(ratio.high()));
  }
}
