package dev.cvt.plugins.conformance;

import java.time.Duration;
import java.util.Optional;

/**
 * What became of a plugin that was called again and again while all that it prints was fetched:
 * over the stdio service, and from its real standard output and error.
 *
 * @param calls how many were made
 * @param streamed how many bytes came over the stdio service
 * @param printed how many bytes came in all
 * @param silence how it stopped answering; empty if it never did
 */
record Flood(int calls, long streamed, long printed, Optional<String> silence) {
  /**
   * What is more than enough, in bytes: a pipe holds 64 KiB, gRPC takes as much before it waits for
   * a reader, and good plugins keep some for a host that comes late.
   */
  private static final int ENOUGH = 320 << 10;

  /** Calls that are made at most; whoever prints a line with each of them gets there. */
  private static final int MOST_CALLS = 8192;

  private static final int AT_ONCE = 64;
  private static final long LOOKING_AGAIN_MILLIS = 5;
  private static final String QUIET = "it prints nothing when it is called";

  /** Calls until it has printed enough, does not answer, or patience ends. */
  static Flood watch(Served served, Question question, Patience patience)
      throws InterruptedException {
    long begun = System.nanoTime();
    try (var stdio = Stdio.open(served)) {
      long before = piped(served);
      int calls = 0;
      var silence = Optional.<String>empty();
      while (silence.isEmpty()
          && calls < MOST_CALLS
          && stdio.bytes() + piped(served) - before < ENOUGH
          && System.nanoTime() - begun < patience.answer().toNanos()) {
        silence = round(served, question, patience.answer());
        calls += AT_ONCE;
        if (!prints(calls, stdio, served, before, patience.calm())) {
          break;
        }
      }
      long streamed = stdio.bytes();
      return new Flood(calls, streamed, streamed + piped(served) - before, silence);
    }
  }

  private static long piped(Served served) {
    return served.guest().out().total() + served.guest().err().total();
  }

  /** Calls as many times as at once; how they were not answered, if so. */
  private static Optional<String> round(Served served, Question question, Duration patience)
      throws InterruptedException {
    int failed = 0;
    var first = "";
    var pending = served.calls().burst(AT_ONCE, question.method(), question.request(), patience);
    for (var one : pending) {
      var reply = one.await(patience);
      if (!First.reached(reply) && failed++ == 0) {
        first = reply.words();
      }
    }
    return failed == 0
        ? Optional.empty()
        : Optional.of(
            failed
                + " of "
                + AT_ONCE
                + " calls were not answered, the first: "
                + first
                + served.guest().lastWords());
  }

  /**
   * Whether at least a byte came for each call. What was printed may be a little behind the answer.
   */
  private static boolean prints(int calls, Stdio stdio, Served served, long before, Duration calm)
      throws InterruptedException {
    long end = System.nanoTime() + calm.toNanos();
    while (stdio.bytes() + piped(served) - before < calls) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      Thread.sleep(LOOKING_AGAIN_MILLIS); // two sources, of which one tells nobody
    }
    return true;
  }

  /** Whether it went on. */
  Verdict verdict() {
    if (silence.isPresent()) {
      return new Verdict.Broken(after(calls, printed) + silence.get());
    }
    if (printed < calls) {
      return new Verdict.NotApplicable(QUIET);
    }
    return printed < ENOUGH
        ? new Verdict.NotApplicable(tooLittle(printed))
        : new Verdict.Kept(kib(printed) + " in " + calls + " calls");
  }

  /** Why there is no looking at what it does while nobody fetches, if so. */
  Optional<String> obstacle() {
    if (silence.isPresent()) {
      return Optional.of("it stops answering while its prints are fetched, too");
    }
    if (printed < calls) {
      return Optional.of(QUIET);
    }
    if (streamed < calls) {
      return Optional.of("what it prints does not go through the stdio service");
    }
    return needed() > MOST_CALLS ? Optional.of(tooLittle(streamed)) : Optional.empty();
  }

  private String tooLittle(long bytes) {
    return "it printed "
        + kib(bytes)
        + " in "
        + calls
        + " calls, and "
        + kib(ENOUGH)
        + " would tell";
  }

  /** How many calls print enough. */
  private long needed() {
    return (long) ENOUGH * calls / streamed + 1;
  }

  /** As many calls as print enough, to a process whose prints nobody fetches. */
  Verdict repeat(Served served, Question question, Duration patience) throws InterruptedException {
    for (int made = 0; made < needed(); made += AT_ONCE) {
      var silent = round(served, question, patience);
      if (silent.isPresent()) {
        return new Verdict.Broken(
            after(made + AT_ONCE, (made + AT_ONCE) * streamed / calls) + silent.get());
      }
    }
    return Verdict.kept();
  }

  private static String after(long calls, long bytes) {
    return "after " + calls + " calls and " + kib(bytes) + " of prints, ";
  }

  private static String kib(long bytes) {
    return bytes / 1024 + " KiB";
  }
}
