package dev.cvt.plugin.tests.peers;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this build has made, as its users get it. For tests named {@code *IT}: it is there by then.
 */
public final class Ours {

  private Ours() {}

  /** The {@code cvt-plugins} command in its image. */
  public static Path command() {
    return made("cli/target/image/bin/cvt-plugins");
  }

  /** The Java echo plugin, one file. */
  public static Path javaEcho() {
    return made("examples/echo-plugin-java/target/cvt-plugin-echo-java");
  }

  private static Path made(String path) {
    var file = Path.of(System.getProperty("repository.root")).resolve(path).normalize();
    if (!Files.isExecutable(file)) {
      throw new AssertionError(file + " is not there: build everything up to the phase package");
    }
    return file;
  }
}
