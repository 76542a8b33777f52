package dev.cvt.plugin.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What came out, written anew after each row, so that a run that is cut short leaves its rows. */
final class Report {
  private static final String HEAD =
      """
      | name | what | ours | peer | unit | ratio | goal | |
      |---|---|---|---|---|---|---|---|
      """;

  private final Path folder;
  private final String about;
  private final List<Row> rows = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();

  Report(Path folder, String about) {
    this.folder = folder;
    this.about = about;
  }

  void add(Row row) throws IOException {
    rows.add(row);
    System.out.println(row.markdown());
    write();
  }

  void leaveOut(String name, String why) throws IOException {
    leftOut.add("`" + name + "`: " + why);
    System.out.println("left out: " + name + ": " + why);
    write();
  }

  private void write() throws IOException {
    var lines = new StringBuilder();
    for (Row row : rows) {
      lines.append(JSON.std.asString(row.json())).append('\n');
    }
    Files.writeString(folder.resolve("results.jsonl"), lines);
    var text = new StringBuilder(about).append('\n').append(HEAD);
    rows.forEach(row -> text.append(row.markdown()).append('\n'));
    if (!leftOut.isEmpty()) {
      text.append("\nLeft out:\n\n");
      leftOut.forEach(line -> text.append("- ").append(line).append('\n'));
    }
    Files.writeString(folder.resolve("results.md"), text);
  }
}
