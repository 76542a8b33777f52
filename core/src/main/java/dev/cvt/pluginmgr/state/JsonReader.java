package dev.cvt.pluginmgr.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;

/**
 * Bytes to a tree. Strict JSON in UTF-8, one value, no name twice in one object; what it may cost
 * is bounded, whatever the bytes.
 */
public final class JsonReader {

  /** The most bytes that are looked at; some 40,000 plugins. */
  public static final int MAX_BYTES = 8 * 1024 * 1024;

  private static final int MAX_DEPTH = 64;
  private static final int LONGEST_SHOWN = 40;

  // Names are not kept beyond the document: interning them would let a file fill the JVM's tables.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxDocumentLength(MAX_BYTES)
                  .maxNestingDepth(MAX_DEPTH)
                  .maxTokenCount(1_000_000)
                  .maxStringLength(1024 * 1024)
                  .maxNameLength(64 * 1024)
                  .maxNumberLength(1000)
                  .build())
          .build();

  private final JsonParser parser;

  private JsonReader(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * Reads a text that is one JSON value.
   *
   * @throws Malformed if it is not
   */
  public static Json read(byte[] utf8) throws Malformed {
    var text = decode(utf8);
    if (text.startsWith("\uFEFF")) {
      throw new Malformed(1, 1, "it begins with a byte order mark");
    }
    try (var parser = FACTORY.createParser(text)) {
      var reader = new JsonReader(parser);
      var value = reader.value(parser.nextToken());
      if (parser.nextToken() != null) {
        throw reader.malformed("there is more after the end of the JSON value");
      }
      return value;
    } catch (JsonEOFException e) {
      throw malformed(e.getLocation(), "it ends in the middle");
    } catch (StreamConstraintsException e) {
      throw malformed(e.getLocation(), "it is too large or too deep");
    } catch (JsonProcessingException e) {
      throw malformed(e.getLocation(), "it is not JSON");
    } catch (IOException e) {
      throw new IllegalStateException("there is no file here that could fail", e);
    }
  }

  private static String decode(byte[] utf8) throws Malformed {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException _) {
      throw new Malformed(1, 1, "it is not UTF-8 text");
    }
  }

  private Json value(@Nullable JsonToken token) throws IOException, Malformed {
    return switch (token) {
      case null -> throw malformed("it ends in the middle");
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_STRING -> new Json.Str(wellFormed(parser.getText()));
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Json.Num(parser.getText());
      case VALUE_TRUE -> new Json.Bool(true);
      case VALUE_FALSE -> new Json.Bool(false);
      case VALUE_NULL -> new Json.Null();
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
          throw malformed("it is not JSON");
    };
  }

  private Json object() throws IOException, Malformed {
    var members = new ArrayList<Json.Member>();
    var names = new HashSet<String>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = wellFormed(parser.currentName());
      if (!names.add(name)) {
        throw malformed("the key \"" + shown(name) + "\" stands there twice");
      }
      members.add(new Json.Member(name, value(parser.nextToken())));
    }
    return new Json.Obj(members);
  }

  private Json array() throws IOException, Malformed {
    var items = new ArrayList<Json>();
    for (var token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
      items.add(value(token));
    }
    return new Json.Arr(items);
  }

  /** Half a surrogate pair, which an escape can bring in, becomes U+FFFD, as in Go. */
  private static String wellFormed(String text) {
    return UTF_8.newEncoder().canEncode(text)
        ? text
        : text.codePoints()
            .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
  }

  /** A piece of the text as it may stand in a message: on one line, and not all of a megabyte. */
  static String shown(String text) {
    var shown = text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
    return Printable.of(shown);
  }

  private Malformed malformed(String what) {
    return malformed(parser.currentTokenLocation(), what);
  }

  private static Malformed malformed(@Nullable JsonLocation at, String what) {
    return at == null
        ? new Malformed(1, 1, what)
        : new Malformed(Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr()), what);
  }

  /** Not JSON, or too much of it. */
  public static final class Malformed extends Exception {

    private static final long serialVersionUID = 1;

    private final int line;
    private final int column;

    Malformed(int line, int column, String what) {
      super(what);
      this.line = line;
      this.column = column;
    }

    /** The line, from 1. */
    public int line() {
      return line;
    }

    /** The column, from 1. */
    public int column() {
      return column;
    }
  }
}
