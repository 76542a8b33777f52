package dev.cvt.plugin.tests.modules;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A module as text: the lines of its descriptor, sorted, without versions and places. */
final class Description {

  /** A fenced block whose first line names a module. */
  private static final Pattern BLOCK =
      Pattern.compile("^```\\n(module (\\S+)\\n.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  private Description() {}

  /** The blocks of a Markdown page, by the name of the module. */
  static Map<String, String> in(Path page) throws IOException {
    Map<String, String> blocks = new TreeMap<>();
    var matcher = BLOCK.matcher(Files.readString(page));
    while (matcher.find()) {
      if (blocks.put(matcher.group(2), matcher.group(1)) != null) {
        throw new AssertionError(page + " describes " + matcher.group(2) + " twice");
      }
    }
    return blocks;
  }

  /** Blocks as the page has them. */
  static String page(Map<String, String> blocks) {
    return blocks.values().stream()
        .map(block -> "```\n" + block + "```\n")
        .collect(Collectors.joining("\n"));
  }

  static String of(ModuleDescriptor module) {
    Set<String> visible =
        Stream.concat(
                module.exports().stream().map(ModuleDescriptor.Exports::source),
                module.opens().stream().map(ModuleDescriptor.Opens::source))
            .collect(Collectors.toSet());
    var lines = new StringBuilder("module ").append(module.name()).append('\n');
    append(
        lines, module.exports(), exports -> "exports " + exports.source() + to(exports.targets()));
    append(lines, module.opens(), opens -> "opens " + opens.source() + to(opens.targets()));
    append(lines, module.uses(), uses -> "uses " + uses);
    append(
        lines,
        module.provides(),
        provides ->
            "provides " + provides.service() + " with " + String.join(", ", provides.providers()));
    append(
        lines,
        module.requires().stream()
            .filter(requires -> !requires.modifiers().contains(Requires.Modifier.MANDATED))
            .collect(Collectors.toSet()),
        requires -> "requires " + modifiers(requires) + requires.name());
    append(
        lines,
        module.packages().stream()
            .filter(name -> !visible.contains(name))
            .collect(Collectors.toSet()),
        name -> "contains " + name);
    return lines.toString();
  }

  private static <T> void append(StringBuilder lines, Set<T> parts, Function<T, String> line) {
    for (String each : new TreeSet<>(parts.stream().map(line).toList())) {
      lines.append(each).append('\n');
    }
  }

  private static String to(Set<String> targets) {
    return targets.isEmpty() ? "" : " to " + String.join(", ", new TreeSet<>(targets));
  }

  private static String modifiers(Requires requires) {
    return Stream.of(Requires.Modifier.STATIC, Requires.Modifier.TRANSITIVE)
        .filter(requires.modifiers()::contains)
        .map(modifier -> modifier.name().toLowerCase(Locale.ROOT) + " ")
        .collect(Collectors.joining());
  }
}
