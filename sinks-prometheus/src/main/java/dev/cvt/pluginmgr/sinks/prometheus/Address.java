package dev.cvt.pluginmgr.sinks.prometheus;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where to listen, as it is written: {@code 127.0.0.1:9551}, {@code localhost:0}, {@code
 * [::1]:9551}.
 */
record Address(String host, int port) {
  private static final Pattern FORM =
      Pattern.compile("(\\[[0-9a-fA-F:.]+\\]|[^\\[\\]:\\s]+):(\\d{1,5})");
  private static final int MAX_PORT = 65535;

  static Address parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches() || Integer.parseInt(form.group(2)) > MAX_PORT) {
      throw new IllegalArgumentException(
          "listen: %s is not host:port with a port from 0 to 65535; write it as in 127.0.0.1:9551"
              .formatted(text));
    }
    return new Address(form.group(1), Integer.parseInt(form.group(2)));
  }

  Address withPort(int other) {
    return new Address(host, other);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
