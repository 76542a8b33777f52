package dev.cvt.pluginmgr.config;

import java.util.List;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlVersionException;

/**
 * What the YAML parser objected to, in words of ours. The parser's own are never shown: they quote
 * the text around the place, which may be a secret.
 *
 * @param line counted from 1
 * @param column counted from 1
 */
record NotYaml(int line, int column, Wrong wrong) {
  /** Which of the parser's two places is the one to mend. */
  private enum Place {
    OF_THE_PROBLEM,
    OF_ITS_BEGINNING
  }

  private record Known(String part, Place place, String what, String remedy) {
    Known(String part, String what, String remedy) {
      this(part, Place.OF_THE_PROBLEM, what, remedy);
    }
  }

  /** Of an escape. */
  static final Wrong CUT_SHORT =
      new Wrong(
          "a text in double quotes holds an escape that is cut short",
          "use single quotes, or write \\\\ for a backslash");

  /** Of all that has no words of its own. */
  static final Wrong GENERAL =
      new Wrong(
          "from here on this is not YAML",
          "put texts with special characters in quotes, and indent with spaces");

  /** In this order: the first whose part stands in the parser's words. */
  private static final List<Known> KNOWN =
      List.of(
          new Known("(TAB)", "a tab stands where only spaces are allowed", "indent with spaces"),
          new Known(
              "that cannot start any token",
              "no unquoted value can begin with this character",
              "put the value in quotes"),
          new Known(
              "could not find expected ':'",
              "this line is neither a key with its value nor part of one",
              "write key: value, with a space after the colon"),
          new Known(
              "mapping values are not allowed here",
              "a colon stands where no key can end",
              "put a text that holds a colon and a space in quotes, or mend the indentation"),
          new Known(
              "sequence entries are not allowed here",
              "a dash stands where no item of a list can begin",
              "begin the list on a line of its own, under its key"),
          new Known(
              "mapping keys are not allowed here",
              "a question mark stands where no key can begin",
              "put a text that begins with a question mark in quotes"),
          new Known(
              "but found unexpected end of stream",
              "the file ends in the middle of a value",
              "close what is open: a quote, a bracket or a brace"),
          new Known(
              "found unexpected end of stream",
              Place.OF_ITS_BEGINNING,
              "a quoted text does not end",
              "close it with the quote that it begins with"),
          new Known(
              "found unexpected document separator",
              Place.OF_ITS_BEGINNING,
              "a quoted text does not end before the next document",
              "close it with the quote that it begins with"),
          new Known(
              "expected <block end>",
              "the indentation does not fit the lines above",
              "indent all keys of one map alike, and put text after a quoted value into its"
                  + " quotes"),
          new Known(
              "expected ',' or ']'",
              "the list in brackets from line %d is neither continued nor closed here",
              "put a comma between its items and ] at its end"),
          new Known(
              "expected ',' or '}'",
              "the map in braces from line %d is neither continued nor closed here",
              "put a comma between its entries and } at its end"),
          new Known(
              "found unknown escape character",
              "a text in double quotes holds an escape that does not exist",
              "use single quotes, or write \\\\ for a backslash"),
          new Known("expected escape sequence of", CUT_SHORT.what(), CUT_SHORT.remedy()),
          new Known(
              "expected the node content",
              "a value is needed here",
              "write one, or put a text with a character that YAML uses itself in quotes"),
          new Known(
              "expected '<document start>'",
              "the document has ended before this line",
              "mend the indentation, or put a text after a quoted value into its quotes"),
          new Known(
              "expected a comment or a line break",
              "a text after | or > begins on the line below it",
              "break the line, or put a text that begins with | or > in quotes"),
          new Known(
              "expected chomping or indentation indicators",
              "a text after | or > begins on the line below it",
              "break the line, or put a text that begins with | or > in quotes"),
          new Known(
              "unexpected character found",
              "an unquoted & or * has a meaning of its own here",
              "put a text that begins with & or * in quotes"));

  static NotYaml of(YamlEngineException e) {
    return switch (e) {
      case MarkedYamlEngineException marked -> of(marked);
      case YamlVersionException _ ->
          new NotYaml(
              1, 1, new Wrong("%YAML names a version that is not 1.1 or 1.2", "take the line out"));
      default -> new NotYaml(1, 1, GENERAL);
    };
  }

  private static NotYaml of(MarkedYamlEngineException e) {
    var said = String.valueOf(e.getProblem());
    var known =
        KNOWN.stream()
            .filter(k -> said.contains(k.part()))
            .findFirst()
            .orElse(new Known("", GENERAL.what(), GENERAL.remedy()));
    var atBeginning = known.place() == Place.OF_ITS_BEGINNING;
    var mark =
        atBeginning
            ? e.getContextMark().or(e::getProblemMark)
            : e.getProblemMark().or(e::getContextMark);
    var begin = e.getContextMark().map(Mark::getLine).orElse(0) + 1;
    return new NotYaml(
        mark.map(Mark::getLine).orElse(0) + 1,
        mark.map(Mark::getColumn).orElse(0) + 1,
        new Wrong(known.what().replace("%d", Integer.toString(begin)), known.remedy()));
  }
}
