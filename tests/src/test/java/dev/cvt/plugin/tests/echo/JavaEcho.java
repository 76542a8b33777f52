package dev.cvt.plugin.tests.echo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The Java echo plugin as a file that can be installed. */
public final class JavaEcho {

  private JavaEcho() {}

  /**
   * A script that runs it from this build's classes, on the class path: there before anything is
   * packed.
   */
  public static Path script(Path folder) throws IOException {
    var file =
        Files.writeString(
            folder.resolve("cvt-plugin-echo-java"),
            """
            #!/bin/sh
            exec %s
            """
                .formatted(command()));
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  /** The same as a command line, as a shell reads it. */
  static String command() {
    return "'%s/bin/java' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '%s' dev.cvt.example.echo.EchoPlugin"
        .formatted(System.getProperty("java.home"), System.getProperty("java.class.path"));
  }
}
