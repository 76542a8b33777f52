package dev.cvt.pluginmgr.supervise;

/** What is said of a message that is too large: both sizes, and which setting bounds it. */
final class MessageLimit {
  /** How {@code goplugin} begins what it says of an answer, and of a request. */
  private static final String ANSWER = "the plugin's answer has ";

  private static final String REQUEST = "the request has ";

  private static final String RAISE = "raise max_message of the plugin in pluginmgr.yaml";

  private MessageLimit() {}

  /** Of a request that was not sent. */
  static <R> Reply.Failed<R> refused(long size, long bound) {
    return new Reply.Failed<>(
        Codes.RESOURCE_EXHAUSTED,
        REQUEST + size + " bytes, and max_message allows " + bound,
        RAISE,
        false,
        null);
  }

  /**
   * Gives the failure its remedy in this manager's own terms; leaves a failure that has nothing to
   * do with sizes as it is.
   */
  static <R> Reply.Failed<R> explain(Reply.Failed<R> failed) {
    String said = failed.description();
    int end = said.indexOf("; ");
    boolean answer = said.startsWith(ANSWER);
    if (end < 0 || !(answer || said.startsWith(REQUEST))) {
      return failed;
    }
    return new Reply.Failed<>(
        failed.code(),
        said.substring(0, end),
        answer ? RAISE : said.substring(end + 2),
        true,
        failed.cause());
  }
}
