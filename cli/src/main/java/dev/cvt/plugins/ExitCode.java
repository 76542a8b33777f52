package dev.cvt.plugins;

/** How the command ends; {@code docs/command.md} describes each for its users. */
final class ExitCode {
  /** It did what was asked. */
  static final int OK = 0;

  /** It could not: the configuration, the state, a binary, a start. */
  static final int FAILED = 1;

  /** The command line makes no sense. */
  static final int USAGE = 2;

  /** {@code call}: the plugin was called and the answer is an error. */
  static final int CALL_FAILED = 3;

  /** {@code call}: the plugin did not answer in time. */
  static final int CALL_TIMED_OUT = 4;

  private ExitCode() {}
}
