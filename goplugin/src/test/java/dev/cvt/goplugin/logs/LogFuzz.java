package dev.cvt.goplugin.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.cvt.goplugin.LogEntry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads any bytes as what a plugin writes to its standard error, in one piece and in others, and
 * says what must hold. For {@code .ci/fuzz} and the replay.
 *
 * <p>The first byte says how it is cut into pieces. In the rest, a byte 1 repeats the byte before
 * it as many times as the byte after it says, by 512: so that long lines are short inputs. A line
 * end is not repeated.
 */
public final class LogFuzz {
  static final String SECRET = "hushhush";

  /** What a record may hold besides its line: a marker, level and module apart from the message. */
  private static final int MARKER = 64;

  private static final Instant READ = Instant.EPOCH;
  private static final int REPEATED = 512;

  /** More than is kept of a line, and no more than a fuzzer has time for. */
  private static final int OUTPUT_AT_MOST = 80_000;

  private static final int OBJECTS_AT_MOST = 50;

  private LogFuzz() {}

  /** Called by the fuzzer; throws if something does not hold. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length < 1) {
      return;
    }
    var output = expanded(input, 1);
    var whole = read(output, Math.max(1, output.length));
    require(whole.equals(read(output, 1 + (input[0] & 0xFF))), "in pieces it is the same");
    for (var entry : whole) {
      holds(entry);
    }
    long characters = whole.stream().mapToLong(LogFuzz::size).sum();
    require(characters <= output.length + (long) whole.size() * MARKER, "nothing is added");
    new String(output, UTF_8)
        .lines()
        .filter(line -> line.startsWith("{"))
        .limit(OBJECTS_AT_MOST)
        .forEach(LogFuzz::asGson);
  }

  /** The bytes from there on, with what is to be repeated. */
  static byte[] expanded(byte[] input, int from) {
    var output = new ByteArrayOutputStream();
    for (int at = from; at < input.length; at++) {
      if (input[at] == 1 && at > from && at + 1 < input.length && input[at - 1] != '\n') {
        int times = Math.min(REPEATED * (input[at + 1] & 0xFF), OUTPUT_AT_MOST - output.size());
        for (int i = 0; i < times; i++) {
          output.write(input[at - 1]);
        }
        at++;
      } else {
        output.write(input[at]);
      }
    }
    return output.toByteArray();
  }

  private static List<LogEntry> read(byte[] output, int piece) {
    var entries = new ArrayList<LogEntry>();
    var reader = new LogReader(text -> text.replace(SECRET, "***"));
    var lines = new LineAssembler();
    LineAssembler.Sink sink =
        (bytes, length, total) ->
            entries.addAll(reader.line(new String(bytes, 0, length, UTF_8), total, READ));
    for (int at = 0; at < output.length; at += piece) {
      var next = Arrays.copyOfRange(output, at, Math.min(output.length, at + piece));
      lines.push(next, next.length, sink);
    }
    lines.flush(sink);
    reader.flush().ifPresent(entries::add);
    return entries;
  }

  private static void holds(LogEntry entry) {
    int bound = LineAssembler.KEPT + MARKER;
    switch (entry.kind()) {
      case CRASH -> {
        require(entry.level() == System.Logger.Level.ERROR, "a crash is an error");
        bound += LineAssembler.KEPT;
      }
      case PLAIN -> require(entry.level() == System.Logger.Level.DEBUG, "plain text is debug");
      case STRUCTURED, PREFIXED -> {}
      case STRAY, NOTICE -> throw new AssertionError("it is none of the plugin's log");
    }
    require(size(entry) <= bound, "a record is bounded");
    require(!entry.message().contains(SECRET), "no message shows a secret");
    require(!entry.module().contains(SECRET), "no module shows a secret");
    require(!entry.fields().toString().contains(SECRET), "no field shows a secret");
  }

  private static long size(LogEntry entry) {
    long fields =
        entry.fields().entrySet().stream()
            .mapToLong(field -> field.getKey().length() + field.getValue().length())
            .sum();
    return entry.message().length() + entry.module().length() + fields;
  }

  /** What another reader takes for an object, ours does too, and finds the same in it. */
  private static void asGson(String line) {
    var ours = Json.object(line, false);
    gson(line)
        .ifPresent(
            theirs -> {
              require(ours.isPresent(), "an object is read");
              require(ours.get().unfinished().isEmpty(), "a whole object is whole");
              require(ours.get().values().keySet().equals(theirs.keySet()), "it has the same keys");
              theirs.forEach(
                  (key, value) ->
                      value.ifPresent(
                          text ->
                              require(
                                  text.equals(ours.get().values().get(key)), "texts are equal")));
            });
    var cut = Json.object(line.substring(0, line.length() / 2), true);
    cut.flatMap(Json.Content::unfinished)
        .ifPresent(key -> require(cut.get().values().containsKey(key), "half a value is kept"));
  }

  /** The keys, with the values that are texts; empty if it is no object. */
  private static Optional<Map<String, Optional<String>>> gson(String line) {
    var values = new LinkedHashMap<String, Optional<String>>();
    try (var reader = new JsonReader(new StringReader(line))) {
      reader.setStrictness(Strictness.STRICT);
      reader.setNestingLimit(Json.DEEPEST);
      reader.beginObject();
      while (reader.hasNext()) {
        var key = reader.nextName();
        if (reader.peek() == JsonToken.STRING) {
          values.put(key, Optional.of(reader.nextString()));
        } else {
          reader.skipValue();
          values.put(key, Optional.empty());
        }
      }
      reader.endObject();
      return reader.peek() == JsonToken.END_DOCUMENT ? Optional.of(values) : Optional.empty();
    } catch (IOException | JsonParseException | IllegalStateException e) {
      return Optional.empty();
    }
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("does not hold: " + what);
    }
  }
}
