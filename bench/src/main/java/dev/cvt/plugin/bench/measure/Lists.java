package dev.cvt.plugin.bench.measure;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Figures in the JSON of a subject or a peer. */
final class Lists {
  private Lists() {}

  /** The numbers of a list. */
  static List<Double> numbers(Map<String, Object> line, String name) throws IOException {
    if (line.get(name) instanceof List<?> values) {
      return values.stream().map(value -> ((Number) value).doubleValue()).toList();
    }
    throw new IOException("no list " + name + " in " + line);
  }

  /** One number. */
  static double number(Map<String, Object> line, String name) throws IOException {
    if (line.get(name) instanceof Number value) {
      return value.doubleValue();
    }
    throw new IOException("no number " + name + " in " + line);
  }

  static double median(List<Double> values) {
    var sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
