package dev.cvt.pluginmgr.secret;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.UnaryOperator;

/**
 * Stands for a fault in whose words, or those of its causes, a secret was found: its message is the
 * whole stack trace with that masked. The JDK, for one, quotes the values that it does not like.
 */
final class Masked extends RuntimeException {
  private static final long serialVersionUID = 1;

  private Masked(String trace) {
    super(trace, null, false, false);
  }

  /** That fault itself, where nothing is to be masked. */
  static Throwable of(Throwable fault, UnaryOperator<String> scrubber) {
    var printed = new StringWriter();
    fault.printStackTrace(new PrintWriter(printed, true));
    var trace = printed.toString();
    var scrubbed = scrubber.apply(trace);
    return scrubbed.equals(trace) ? fault : new Masked(scrubbed.strip());
  }
}
