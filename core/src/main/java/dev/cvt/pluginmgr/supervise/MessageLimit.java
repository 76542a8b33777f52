package dev.cvt.pluginmgr.supervise;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is said of a message that is too large: always both sizes, and which setting bounds it. */
final class MessageLimit {
  /** As grpc-java says it: the bound, then the size. */
  private static final Pattern JAVA =
      Pattern.compile("gRPC message exceeds maximum size (\\d+): (\\d+)");

  /** As grpc-go says it: the size, then the bound. */
  private static final Pattern GO =
      Pattern.compile("received message larger than max \\((\\d+) vs\\. (\\d+)\\)");

  private static final String RAISE = "raise max_message of the plugin in pluginmgr.yaml";

  private MessageLimit() {}

  /** Of a request that was not sent. */
  static <R> Reply.Failed<R> refused(long size, long bound) {
    return new Reply.Failed<>(
        Codes.RESOURCE_EXHAUSTED, ours("request", size, bound), RAISE, false, null);
  }

  /**
   * Puts words to a failure that gRPC describes in its own; leaves any other as it is.
   *
   * @param request the request's size, by which the plugin's bound and ours are told apart
   * @param bound of {@code max_message}
   */
  static <R> Reply.Failed<R> explain(Reply.Failed<R> failed, long request, long bound) {
    long most;
    long size;
    Matcher java = JAVA.matcher(failed.description());
    Matcher go = GO.matcher(failed.description());
    if (java.find()) {
      most = number(java.group(1));
      size = number(java.group(2));
    } else if (go.find()) {
      size = number(go.group(1));
      most = number(go.group(2));
    } else {
      return failed;
    }
    boolean theirs = size == request && most != bound;
    return new Reply.Failed<>(
        failed.code(),
        theirs
            ? "the request has " + size + " bytes, the plugin itself accepts " + most
            : ours("answer", size, bound),
        theirs ? "send less, or have its author raise that bound" : RAISE,
        true,
        failed.cause());
  }

  private static String ours(String what, long size, long bound) {
    return "the " + what + " has " + size + " bytes, max_message allows " + bound;
  }

  private static long number(String digits) {
    return digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
  }
}
