package dev.cvt.plugin.bench;

import java.io.IOException;

/** Something that is measured, and the rows of the table that come of it. */
public interface Measurement {

  /** The word that {@code bench/run} takes. */
  String name();

  /** What it is, in a sentence. */
  String what();

  /**
   * Measures.
   *
   * @throws Missing if this machine lacks something; the report says so
   */
  void run(Bench bench) throws IOException, InterruptedException;

  /** Something that a measurement needs is not on this machine. */
  final class Missing extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Says what, and how to get it. */
    public Missing(String message) {
      super(message);
    }
  }
}
