package dev.cvt.plugins;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Rows whose columns stand under each other, two blanks apart; pure. What stands in a cell may come
 * from a file that somebody has tampered with: what a terminal would obey becomes U+FFFD.
 */
final class Table {
  private static final int GAP = 2;
  private static final Pattern COMMANDS = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

  private Table() {}

  /** The lines; all rows have the same number of cells. */
  static List<String> of(List<List<String>> texts) {
    List<List<String>> rows =
        texts.stream().map(row -> row.stream().map(Table::printable).toList()).toList();
    int columns = rows.isEmpty() ? 0 : rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      line.append(row.get(i));
      if (i < row.size() - 1) {
        line.repeat(' ', widths[i] - width(row.get(i)) + GAP);
      }
    }
    return line.toString();
  }

  /** Without what a terminal would obey. */
  static String printable(String cell) {
    return COMMANDS.matcher(cell).replaceAll("\uFFFD");
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
