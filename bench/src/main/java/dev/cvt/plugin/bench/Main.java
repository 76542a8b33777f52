package dev.cvt.plugin.bench;

/** The command line of {@code bench/run}. */
public final class Main {
  private Main() {}

  /** Measures what is named, or everything. */
  public static void main(String[] args) {
    System.out.println("nothing is measured yet");
  }
}
