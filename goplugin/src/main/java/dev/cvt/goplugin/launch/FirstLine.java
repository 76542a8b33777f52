package dev.cvt.goplugin.launch;

import dev.cvt.goplugin.line.HandshakeLine;
import dev.cvt.goplugin.line.LineReader;
import dev.cvt.goplugin.line.LineReader.Reading;
import dev.cvt.goplugin.logs.LineAssembler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks for the handshake line in what a plugin prints, in whatever pieces it comes. Lines before
 * it are let pass, up to a bound; strictly, the first one must be it. Not thread-safe.
 */
public final class FirstLine {
  /** So many lines may come before the line. */
  static final int OTHER_LINES = 10_000;

  /** So many bytes may come before the line's end. */
  static final long OTHER_BYTES = 4 << 20;

  private final boolean strict;
  private final LineAssembler assembler = new LineAssembler();
  private final Stray stray;
  private final List<Sighting> seen = new ArrayList<>(); // during one push
  private boolean begun;
  private boolean done;
  private int otherLines;
  private long bytes;
  private String firstOther = "";

  /**
   * A search.
   *
   * @param stray takes the lines that are not it, those after it included
   */
  FirstLine(boolean strict, Stray stray) {
    this.strict = strict;
    this.stray = stray;
  }

  /** Takes lines that are not the handshake line. */
  @FunctionalInterface
  public interface Stray {
    /**
     * One line; as {@link LineAssembler.Sink}.
     *
     * @param early whether the handshake line was still to come
     */
    void line(boolean early, byte[] bytes, int length, long total);
  }

  /** What a piece of output brought to light. */
  public sealed interface Sighting {
    /** The first byte of all. */
    record Begun() implements Sighting {}

    /**
     * The first line that is not it.
     *
     * @param text the line
     */
    record Strange(String text) implements Sighting {}

    /** The line. */
    record Found(HandshakeLine line) implements Sighting {}

    /**
     * The line without its end, so far. It may go on.
     *
     * @param line what it says if it does not go on
     */
    record Unfinished(HandshakeLine line) implements Sighting {}

    /**
     * Something like the line that cannot be read.
     *
     * @param text the line
     * @param problem what is wrong with it
     */
    record Garbled(String text, String problem) implements Sighting {}

    /**
     * Too much of something else.
     *
     * @param lines how many lines
     * @param bytes how many bytes
     * @param first the first of the lines
     */
    record TooMuch(int lines, long bytes, String first) implements Sighting {}

    /**
     * Standard output has ended without the line.
     *
     * @param lines how many lines came instead
     * @param first the first of them
     */
    record Ended(int lines, String first) implements Sighting {}
  }

  /** Takes a piece. */
  List<Sighting> push(byte[] piece, int length) {
    seen.clear();
    if (!begun) {
      begun = true;
      seen.add(new Sighting.Begun());
    }
    bytes += length;
    assembler.push(piece, length, this::line);
    if (!done) {
      unfinished().ifPresent(line -> seen.add(new Sighting.Unfinished(line)));
      if (bytes > OTHER_BYTES) {
        tooMuch();
      }
    }
    return List.copyOf(seen);
  }

  /** Takes the end. */
  List<Sighting> end() {
    seen.clear();
    assembler.flush(this::line);
    if (!done) {
      done = true;
      seen.add(new Sighting.Ended(otherLines, firstOther));
    }
    return List.copyOf(seen);
  }

  /** The search is over by another's decision: all that comes now is stray. */
  void stop() {
    done = true;
  }

  private void line(byte[] buffer, int length, long total) {
    if (done) {
      stray.line(false, buffer, length, total);
      return;
    }
    var text = new String(buffer, 0, length, StandardCharsets.UTF_8);
    switch (LineReader.read(text)) {
      case Reading.Accepted(var line) -> {
        done = true;
        seen.add(new Sighting.Found(line));
      }
      case Reading.Garbled(var problem) -> {
        seen.add(new Sighting.Garbled(text, problem));
        other(text, buffer, length, total);
      }
      case Reading.Other() -> other(text, buffer, length, total);
    }
  }

  private void other(String text, byte[] buffer, int length, long total) {
    stray.line(true, buffer, length, total);
    if (otherLines++ == 0) {
      firstOther = text;
      seen.add(new Sighting.Strange(text));
    }
    if (strict || otherLines > OTHER_LINES) {
      tooMuch();
    }
  }

  private void tooMuch() {
    if (!done) {
      done = true;
      seen.add(new Sighting.TooMuch(otherLines, bytes, firstOther));
    }
  }

  /** Only a text that can hardly go on: it has come to the protocol's name. */
  private Optional<HandshakeLine> unfinished() {
    return LineReader.read(assembler.unfinished()) instanceof Reading.Accepted(var line)
            && line.protocol().equals(HandshakeLine.GRPC)
        ? Optional.of(line)
        : Optional.empty();
  }
}
