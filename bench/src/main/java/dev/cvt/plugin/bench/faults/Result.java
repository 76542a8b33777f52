package dev.cvt.plugin.bench.faults;

/**
 * What became of it. All but the first number should be zero.
 *
 * @param tries how often the fault was done
 * @param lost what was there before, or should have come about, and was not there afterwards
 * @param leaked what was left behind or got out: files, processes, descriptors, secrets
 * @param corrupted what was there and was wrong
 * @param note what a reader must know besides; may be empty
 */
public record Result(long tries, long lost, long leaked, long corrupted, String note) {

  /** Without a note. */
  public Result(long tries, long lost, long leaked, long corrupted) {
    this(tries, lost, leaked, corrupted, "");
  }

  /** Whether it was tried at all, and nothing was found. */
  public boolean good() {
    return tries > 0 && lost == 0 && leaked == 0 && corrupted == 0;
  }
}
