package dev.cvt.plugins.conformance;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** All rules, in the order in which they are reported. */
public final class Rules {
  private static final List<Rule> ALL =
      Rule.join(
          List.of(
              StartRules.all(),
              LineRules.all(),
              CallRules.all(),
              HostRules.all(),
              StopRules.all(),
              TlsRules.all(),
              CvtRules.all(),
              ConfigRules.all()));

  private Rules() {}

  /** Every rule. */
  public static List<Rule> all() {
    return ALL;
  }

  /**
   * Those of these names.
   *
   * @throws IllegalArgumentException if a name is no rule's; the message names all
   */
  public static List<Rule> named(Set<String> ids) {
    var unknown = new LinkedHashSet<>(ids);
    ALL.forEach(rule -> unknown.remove(rule.id()));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no rule "
              + String.join(", ", unknown)
              + "; the rules are "
              + ALL.stream().map(Rule::id).collect(Collectors.joining(", ")));
    }
    return ALL.stream().filter(rule -> ids.contains(rule.id())).toList();
  }
}
