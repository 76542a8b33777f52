package dev.cvt.example.echo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cvt.plugin.sdk.ConfigReceiver;
import dev.cvt.plugin.sdk.Refusal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the host delivered before the first call. Thread-safe. */
final class EchoConfig implements ConfigReceiver {

  /** The order of the bytes of UTF-8, which is not that of Java's characters. */
  static final Comparator<String> BYTEWISE =
      (a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8));

  private static final Pattern WAIT = Pattern.compile("([0-9]{1,9})(ms|s)");

  // Both guarded by this.
  private final Map<String, String> values = new HashMap<>();
  private final List<String> order = new ArrayList<>();

  @Override
  public void accept(String key, String value) throws InterruptedException {
    if (key.equals("delay")) {
      Thread.sleep(wait(value, "delay: " + value));
    } else if (key.equals("refuse")) {
      throw Refusal.invalid(value);
    }
    synchronized (this) {
      values.put(key, value);
      order.add(key);
    }
  }

  /** The keys in the order of their delivery. */
  synchronized List<String> delivered() {
    return List.copyOf(order);
  }

  /** The object of all pairs, with a digest in the place of each secret. */
  synchronized String json() {
    Map<String, String> shown = new TreeMap<>(BYTEWISE);
    values.forEach(
        (key, value) -> {
          boolean secret = key.equals("token") || key.endsWith("_secret");
          shown.put(secret ? key + "_sha256" : key, secret ? sha256(value) : value);
        });
    return shown.entrySet().stream()
        .map(pair -> quote(pair.getKey()) + ":" + quote(pair.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }

  /** Reads {@code 10ms} or {@code 2s}. */
  static Duration wait(String text, String otherwise) {
    Matcher wait = WAIT.matcher(text);
    if (!wait.matches()) {
      throw Refusal.invalid(otherwise);
    }
    long number = Long.parseLong(wait.group(1));
    return wait.group(2).equals("s") ? Duration.ofSeconds(number) : Duration.ofMillis(number);
  }

  /** JSON's string in the one form that ECHO.md lays down. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c < ' ') {
        quoted.append("\\u00").append(HexFormat.of().toHexDigits((byte) c));
      } else {
        quoted.append(c == '"' || c == '\\' ? "\\" : "").append(c);
      }
    }
    return quoted.append('"').toString();
  }

  private static String sha256(String value) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(value.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
