package dev.cvt.plugin.bench.subject;

/** The least that a program can be. */
public final class Hello {
  private Hello() {}

  /** Says so. */
  public static void main(String[] args) {
    System.out.println("hello");
  }
}
