package dev.cvt.plugin.tests.secrets;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All that the tests of a source tree have said: the folders {@code surefire-reports} and {@code
 * failsafe-reports} of every module, each file of them. There is what a test and the code that it
 * runs print (the log included: it goes to standard error), what their child processes print where
 * they were given the same streams, the messages of failures, and the names of tests.
 *
 * <p>Not there is what a test catches in order to look at it. Such a test looks for its secret
 * itself: the programs run by {@code CommandHome} and {@code EchoHome} are searched at each run.
 *
 * @param root the source tree
 */
record Reports(Path root) {
  private static final List<String> FOLDERS = List.of("surefire-reports", "failsafe-reports");

  /** No report is anywhere near as deep. */
  private static final int DEPTH = 6;

  /**
   * A line that holds the marker.
   *
   * @param line counted from 1
   * @param spelling how it stands there
   */
  record Hit(Path file, int line, String spelling) {
    @Override
    public String toString() {
      // Not what the line says: this text would be the next report.
      return file + ":" + line + ": a test's secret, " + spelling;
    }
  }

  /** Every file of a report, in order. */
  List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path folder : folders()) {
      try (Stream<Path> within = Files.walk(folder)) {
        within.filter(Files::isRegularFile).sorted().forEach(files::add);
      }
    }
    return files;
  }

  private List<Path> folders() throws IOException {
    try (Stream<Path> all =
        Files.find(
            root,
            DEPTH,
            (path, attributes) ->
                attributes.isDirectory()
                    && FOLDERS.contains(path.getFileName().toString())
                    && path.getParent().endsWith("target"))) {
      return all.sorted().toList();
    }
  }

  /** Every line that holds the marker. */
  List<Hit> hits() throws IOException {
    List<Hit> hits = new ArrayList<>();
    for (Path file : files()) {
      search(file, hits);
    }
    return hits;
  }

  private void search(Path file, List<Hit> hits) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      var line = new ByteArrayOutputStream();
      int number = 1;
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        int from = 0;
        for (int i = 0; i < read; i++) {
          if (buffer[i] == '\n') {
            line.write(buffer, from, i - from);
            search(file, number, line.toByteArray(), hits);
            line.reset();
            number++;
            from = i + 1;
          }
        }
        line.write(buffer, from, read - from);
      }
      search(file, number, line.toByteArray(), hits);
    }
  }

  private void search(Path file, int number, byte[] line, List<Hit> hits) {
    Optional<String> spelling = Marker.in(line);
    spelling.ifPresent(how -> hits.add(new Hit(root.relativize(file), number, how)));
  }
}
