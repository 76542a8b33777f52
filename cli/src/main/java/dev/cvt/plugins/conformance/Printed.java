package dev.cvt.plugins.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a plugin has printed to its real standard output, taken apart; pure.
 *
 * @param before the lines before the handshake line; all of them without one
 * @param line the handshake line
 * @param ended whether the handshake line has its line end
 * @param after what came after it
 */
record Printed(List<String> before, Optional<Line> line, boolean ended, String after) {

  /** Looks for the first line that is a handshake line, however bad. */
  static Printed of(String text) {
    var before = new ArrayList<String>();
    int from = 0;
    while (from < text.length()) {
      int end = text.indexOf('\n', from);
      var one = text.substring(from, end < 0 ? text.length() : end);
      var line = Line.of(one);
      // Without its end it may still be in the middle.
      if (line.isPresent() && (end >= 0 || line.get().protocol().equals("grpc"))) {
        return new Printed(before, line, end >= 0, end < 0 ? "" : text.substring(end + 1));
      }
      before.add(one);
      from = end < 0 ? text.length() : end + 1;
    }
    return new Printed(before, Optional.empty(), false, "");
  }
}
