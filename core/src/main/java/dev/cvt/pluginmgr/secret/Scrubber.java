package dev.cvt.pluginmgr.secret;

import dev.cvt.pluginmgr.Config.Value;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Masks secrets in text that leaves by accident: in one pass over it, whatever the number of
 * secrets, and in each way of writing them that {@link Spellings} knows. What is masked becomes
 * {@code ****}, whatever its length.
 *
 * <p>Immutable, for any number of threads. Without secrets it hands every text back untouched.
 */
public final class Scrubber implements UnaryOperator<String> {
  /** Secrets with fewer characters are masked only where they stand as a whole word. */
  public static final int SHORT = 6;

  private static final Scrubber NONE = new Scrubber(Automaton.of(Spellings.of(List.of())));

  private final Automaton automaton;

  private Scrubber(Automaton automaton) {
    this.automaton = automaton;
  }

  /**
   * One that masks each secret among these values. Empty ones, and those that are none, are not.
   */
  public static Scrubber of(Collection<Value> values) {
    var secrets =
        values.stream()
            .filter(Value::isSecret)
            .map(Value::reveal)
            .filter(text -> !text.isBlank())
            .distinct()
            .toList();
    return secrets.isEmpty() ? NONE : new Scrubber(Automaton.of(Spellings.of(secrets)));
  }

  /** One that masks nothing. */
  public static Scrubber none() {
    return NONE;
  }

  /** The text with each secret masked; the same object if there is none in it. */
  public String scrub(String text) {
    if (automaton.isEmpty() || !automaton.mayFind(text)) {
      return text;
    }
    var out = new ByteArrayOutputStream(text.length());
    var stream = stream(out::write);
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    stream.accept(bytes, 0, bytes.length);
    stream.flush();
    var scrubbed = out.toString(StandardCharsets.UTF_8);
    return scrubbed.equals(text) ? text : scrubbed;
  }

  /**
   * What can be thrown and logged in the place of a fault: neither it nor its causes tell a secret.
   * The same object if there is none in them.
   */
  public Throwable scrub(Throwable fault) {
    return automaton.isEmpty() ? fault : Masked.of(fault, this);
  }

  /** The same as {@link #scrub(String)}. */
  @Override
  public String apply(String text) {
    return scrub(text);
  }

  /** Masks secrets in bytes of UTF-8 that come in pieces, cut anywhere. */
  public ScrubStream stream(ScrubStream.Sink sink) {
    return new ScrubStream(automaton, sink);
  }

  /** Says how many spellings it knows, and none of them. */
  @Override
  public String toString() {
    return "Scrubber[" + automaton.patterns() + " spellings]";
  }
}
