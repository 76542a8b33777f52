package dev.cvt.plugin.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds {@code docs/from-go.md} against the code: what it names exists and is public. */
class FromGoTest {
  private static final Path PAGE = Path.of("..", "docs", "from-go.md");
  private static final Pattern ROW = Pattern.compile("\\| `([\\w.]+)` \\| `([\\w.]+)` \\|.*");
  private static final List<String> PACKAGES =
      List.of("dev.cvt.pluginmgr.", "dev.cvt.pluginmgr.spi.");

  record Mapping(String go, String ours) {}

  static List<Mapping> mappings() throws IOException {
    var rows = new ArrayList<Mapping>();
    for (var line : Files.readAllLines(PAGE)) {
      var row = ROW.matcher(line);
      if (row.matches()) {
        rows.add(new Mapping(row.group(1), row.group(2)));
      }
    }
    return rows;
  }

  @ParameterizedTest
  @MethodSource("mappings")
  void everyMappedName_existsAndIsPublic(Mapping mapping) {
    assertThat(exists(mapping.ours)).as("%s stands for Go's %s", mapping.ours, mapping.go).isTrue();
  }

  @Test
  void theTable_isWhole() throws IOException {
    assertThat(mappings()).extracting(Mapping::go).doesNotHaveDuplicates().hasSize(51);
  }

  private static boolean exists(String dotted) {
    if (type(dotted) != null) {
      return true;
    }
    int dot = dotted.lastIndexOf('.');
    var holder = dot < 0 ? null : type(dotted.substring(0, dot));
    if (holder == null) {
      return false;
    }
    var member = dotted.substring(dot + 1);
    return Stream.<Member>concat(Stream.of(holder.getFields()), Stream.of(holder.getMethods()))
        .anyMatch(m -> m.getName().equals(member) && Modifier.isPublic(m.getModifiers()));
  }

  private static Class<?> type(String dotted) {
    for (var prefix : PACKAGES) {
      try {
        var found = Class.forName(prefix + dotted.replace('.', '$'));
        return Modifier.isPublic(found.getModifiers()) ? found : null;
      } catch (ClassNotFoundException e) {
        // then it may be in the next package
      }
    }
    return null;
  }
}
