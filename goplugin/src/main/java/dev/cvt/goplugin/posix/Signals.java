package dev.cvt.goplugin.posix;

/** Sends signals, and only to a process that was identified at the moment of sending. */
public interface Signals {

  /** The two that are ever sent. */
  enum Kind {
    /** Asks. */
    TERM(15),
    /** Does not ask. */
    KILL(9);

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    /** As the kernel counts. */
    public int number() {
      return number;
    }
  }

  /**
   * Sends.
   *
   * @param target a process seen before; nothing is sent to another that has got its id since
   * @return whether it was sent
   */
  boolean send(ProcessTable.Entry target, Kind kind);
}
