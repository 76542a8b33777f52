package dev.cvt.pluginmgr;

/** What code in Kotlin or Scala may do: throw a checked exception that nothing declares. */
public final class Sneaky {
  private Sneaky() {}

  /** Throws it. */
  @SuppressWarnings("unchecked") // the cast is to nothing, which is the trick
  public static <E extends Throwable> RuntimeException thrown(Throwable it) throws E {
    throw (E) it;
  }
}
