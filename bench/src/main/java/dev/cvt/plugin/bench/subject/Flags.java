package dev.cvt.plugin.bench.subject;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Words such as {@code -callers 1,8}, as the Go program takes them. */
final class Flags {
  private final Map<String, String> values = new HashMap<>();

  Flags(String[] args) {
    for (int i = 0; i + 1 < args.length; i += 2) {
      values.put(args[i].substring(1), args[i + 1]);
    }
  }

  String text(String name, String usual) {
    return values.getOrDefault(name, usual);
  }

  List<Integer> numbers(String name, String usual) {
    return Stream.of(text(name, usual).split(",", -1)).map(Integer::valueOf).toList();
  }

  int number(String name, int usual) {
    return Integer.parseInt(text(name, Integer.toString(usual)));
  }

  double rate(String name) {
    return Double.parseDouble(text(name, "0"));
  }

  Duration millis(String name, int usual) {
    return Duration.ofMillis(Long.parseLong(text(name, usual + "ms").replace("ms", "")));
  }
}
