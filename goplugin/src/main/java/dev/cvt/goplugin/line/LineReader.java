package dev.cvt.goplugin.line;

import dev.cvt.goplugin.line.HandshakeLine.Network;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads one line of a plugin's standard output: is it the handshake line, something like it, or
 * none at all? As lenient as go-plugin v1.8.0 is: white space around it, a sign or zeros before a
 * number, four fields or more, unknown ones ignored.
 */
public final class LineReader {
  /** Shorter texts in the field of the certificate are something else, which go-plugin skips. */
  static final int SHORTEST_CERTIFICATE = 51;

  private static final int FIELDS_AT_LEAST = 4;
  private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]{1,9}");
  private static final Pattern TRUE = Pattern.compile("1|t|T|TRUE|true|True");
  private static final Pattern FALSE = Pattern.compile("0|f|F|FALSE|false|False");

  private LineReader() {}

  /** What a line turned out to be. */
  public sealed interface Reading {
    /**
     * The handshake line, well formed.
     *
     * @param line its value
     */
    record Accepted(HandshakeLine line) implements Reading {}

    /**
     * Meant to be the handshake line, by all appearances, and not readable.
     *
     * @param problem what is wrong with it, in words
     */
    record Garbled(String problem) implements Reading {}

    /** Anything else. */
    record Other() implements Reading {}
  }

  /**
   * Reads a line.
   *
   * @param text the line, with or without its end
   */
  public static Reading read(String text) {
    var fields = text.strip().split("\\|", -1);
    if (!NUMBER.matcher(fields[0]).matches() || !meant(fields)) {
      return new Reading.Other();
    }
    if (fields.length < FIELDS_AT_LEAST) {
      return new Reading.Garbled(
          "it has " + fields.length + " fields of the " + FIELDS_AT_LEAST + " at least");
    }
    if (!NUMBER.matcher(fields[1]).matches()) {
      return new Reading.Garbled("its protocol version \"" + fields[1] + "\" is not a number");
    }
    var network = network(fields[2]);
    if (network.isEmpty()) {
      return new Reading.Garbled("its network \"" + fields[2] + "\" is neither unix nor tcp");
    }
    if (fields[3].isEmpty()) {
      return new Reading.Garbled("its address is empty");
    }
    return new Reading.Accepted(
        new HandshakeLine(
            Integer.parseInt(fields[0]),
            Integer.parseInt(fields[1]),
            network.get(),
            fields[3],
            fields.length > 4 ? fields[4] : HandshakeLine.NETRPC,
            fields.length > 5 ? certificate(fields[5]) : Optional.empty(),
            fields.length > 6 ? truth(fields[6]) : Optional.empty()));
  }

  /** Logs are written with such strokes too; what tells the line is its first or third field. */
  private static boolean meant(String[] fields) {
    boolean begins =
        fields.length > 1 && fields[0].equals(String.valueOf(HandshakeLine.CORE_VERSION));
    boolean namesNetwork = fields.length >= FIELDS_AT_LEAST && network(fields[2]).isPresent();
    return begins || namesNetwork;
  }

  private static Optional<Network> network(String word) {
    for (var network : Network.values()) {
      if (network.word().equals(word)) {
        return Optional.of(network);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> certificate(String field) {
    return field.length() < SHORTEST_CERTIFICATE ? Optional.empty() : Optional.of(field);
  }

  private static Optional<Boolean> truth(String word) {
    if (TRUE.matcher(word).matches()) {
      return Optional.of(true);
    }
    return FALSE.matcher(word).matches() ? Optional.of(false) : Optional.empty();
  }
}
