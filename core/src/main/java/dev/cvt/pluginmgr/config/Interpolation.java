package dev.cvt.pluginmgr.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Replaces {@code ${VAR}} and {@code ${VAR:-default}} in values, once and from left to right:
 *
 * <pre>
 * value     = { text | "${" name [ ":-" default ] "}" }
 * text      = anything without "${"
 * name      = anything without "}" and ":-"
 * default   = anything without "}", taken as it is
 * </pre>
 *
 * <p>A variable that is set to nothing counts as not set. What a variable or a default holds is not
 * read again. This is the grammar of CVT v0.7.0.
 *
 * <p>Messages name variables and never show anything else of the value: it may be a secret. For one
 * thread: it counts what it has made.
 */
final class Interpolation {
  /**
   * What values with variables may come to in one load, in chars: a large variable can be named
   * very often, and a large value given to every plugin.
   */
  private static final int MOST_MADE = 8 << 20;

  private static final Pattern USUAL_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final Map<String, String> env;
  private long made;

  Interpolation(Map<String, String> env) {
    this.env = env;
  }

  /**
   * What a value came to.
   *
   * @param text the value; meaningless if something is wrong
   * @param variables that gave some of it
   * @param literal whether some of what it came to, or could come to, stands in the file itself and
   *     no variable has a part in it
   * @param wrong each thing that is
   * @param doubtful each thing that is allowed and probably not meant
   */
  record Expanded(
      String text,
      Set<String> variables,
      boolean literal,
      List<Wrong> wrong,
      List<Wrong> doubtful) {}

  Expanded expand(String raw) {
    if (!raw.contains("${")) {
      return new Expanded(raw, Set.of(), !raw.isEmpty(), List.of(), List.of());
    }
    made += raw.length();
    return new Run(raw).expand();
  }

  /** The reading of one value. */
  private final class Run {
    private final String raw;
    private final StringBuilder out = new StringBuilder();
    private final Set<String> variables = new LinkedHashSet<>();
    private final List<Wrong> wrong = new ArrayList<>();
    private final List<Wrong> doubtful = new ArrayList<>();
    private boolean named;
    private boolean defaulted;

    Run(String raw) {
      this.raw = raw;
    }

    Expanded expand() {
      var at = 0;
      while (at < raw.length() && made <= MOST_MADE) {
        var open = raw.indexOf("${", at);
        var close = open < 0 ? -1 : raw.indexOf('}', open + 2);
        if (close < 0) {
          if (open >= 0) {
            wrong.add(
                new Wrong(
                    "a ${ in the value has no }",
                    "close it, as in ${NAME}; text with a ${ of its own can come from a variable"));
          }
          break;
        }
        out.append(raw, at, open);
        reference(raw.substring(open + 2, close));
        at = close + 1;
      }
      if (made > MOST_MADE) {
        wrong.add(
            new Wrong(
                "values with variables come to more than %d characters".formatted(MOST_MADE),
                "use large ones fewer times"));
      }
      out.append(raw, at, raw.length());
      var literal = !named || defaulted;
      return new Expanded(out.toString(), variables, literal, wrong, doubtful);
    }

    private void reference(String inner) {
      named = true;
      var sign = inner.indexOf(":-");
      var name = sign < 0 ? inner : inner.substring(0, sign);
      var value = env.getOrDefault(name, "");
      if (!value.isEmpty()) {
        variables.add(name);
        made += value.length();
        out.append(made > MOST_MADE ? "" : value);
      } else if (sign < 0) {
        wrong.add(unset(name));
      } else {
        out.append(inner, sign + 2, inner.length());
      }
      if (sign >= 0) {
        hasDefault(inner.substring(sign + 2));
      }
    }

    private void hasDefault(String text) {
      defaulted |= !text.isEmpty();
      if (text.contains("${")) {
        doubtful.add(
            new Wrong(
                "a default in the value holds a ${, which stays as it is",
                "put the inner variable's value into the outer one"));
      }
    }
  }

  private static Wrong unset(String name) {
    if (name.isEmpty()) {
      return new Wrong("a ${} in the value names no variable", "write ${NAME} or ${NAME:-default}");
    }
    if (!USUAL_NAME.matcher(name).matches()) {
      return new Wrong(
          "a ${…} in the value names no variable that is set", "write ${NAME} or ${NAME:-default}");
    }
    return new Wrong(
        "the environment variable %s is not set, or empty, and has no default".formatted(name),
        "set it, or write ${%s:-default}".formatted(name));
  }
}
