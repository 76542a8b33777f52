package dev.cvt.pluginmgr.supervise;

import org.jspecify.annotations.Nullable;

/**
 * What came of one call over the wire: a closed set.
 *
 * @param <R> the answer's type
 */
public sealed interface Reply<R> {

  /** The plugin answered. */
  record Answered<R>(R message) implements Reply<R> {}

  /**
   * It did not.
   *
   * @param code the canonical gRPC code as Go spells it, such as {@code DeadlineExceeded}
   * @param description what the plugin, or gRPC on this side, says about it; may be empty; not
   *     scrubbed
   * @param remedy what to do about it, where this side knows better than the code tells; else empty
   * @param reached whether the request may have reached the plugin
   * @param cause where there is more to know than the description says
   */
  record Failed<R>(
      String code, String description, String remedy, boolean reached, @Nullable Throwable cause)
      implements Reply<R> {

    /** One without a remedy of its own. */
    public static <R> Failed<R> of(String code, String description) {
      return new Failed<>(code, description, "", true, null);
    }

    /** The caller was interrupted while it waited for the answer. */
    public static <R> Failed<R> interrupted() {
      return new Failed<>(
          Codes.CANCELED,
          "the caller was interrupted",
          "call again if the answer is still wanted",
          true,
          null);
    }

    /** Whether the failure has this code. */
    public boolean is(String code) {
      return this.code.equals(code);
    }
  }
}
