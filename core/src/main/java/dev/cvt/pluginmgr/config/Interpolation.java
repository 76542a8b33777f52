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
   * What one load may make of its values in all, in chars: a few variables can be named very often.
   */
  private static final int MOST_MADE = 8 << 20;

  private static final Pattern USUAL_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final Map<String, String> env;
  private int made;

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
    var out = new StringBuilder();
    var variables = new LinkedHashSet<String>();
    var wrong = new ArrayList<Wrong>();
    var doubtful = new ArrayList<Wrong>();
    var named = false;
    var defaulted = false;
    var at = 0;
    while (at < raw.length()) {
      var open = raw.indexOf("${", at);
      var close = open < 0 ? -1 : raw.indexOf('}', open + 2);
      if (close < 0) {
        if (open >= 0) {
          wrong.add(
              new Wrong(
                  "a ${ in the value has no }",
                  "close it, as in ${NAME}; text with a ${ of its own can come from a variable"));
        }
        out.append(raw, at, raw.length());
        break;
      }
      out.append(raw, at, open);
      var inner = raw.substring(open + 2, close);
      var sign = inner.indexOf(":-");
      var name = sign < 0 ? inner : inner.substring(0, sign);
      var value = env.getOrDefault(name, "");
      named = true;
      if (!value.isEmpty()) {
        variables.add(name);
        out.append(value);
      } else if (sign < 0) {
        wrong.add(unset(name));
      } else {
        out.append(inner, sign + 2, inner.length());
      }
      if (sign >= 0) {
        defaulted |= sign + 2 < inner.length();
        if (inner.indexOf("${", sign + 2) >= 0) {
          doubtful.add(
              new Wrong(
                  "a default in the value holds a ${, which stays as it is",
                  "put the inner variable's value into the outer one"));
        }
      }
      at = close + 1;
      if (out.length() > MOST_MADE - made) {
        wrong.add(
            new Wrong(
                "the values come to more than %d characters".formatted(MOST_MADE),
                "use large variables fewer times"));
        out.setLength(0);
        made = MOST_MADE;
        break;
      }
    }
    made += out.length();
    var literal = !raw.isEmpty() && (!named || defaulted);
    return new Expanded(out.toString(), variables, literal, wrong, doubtful);
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
