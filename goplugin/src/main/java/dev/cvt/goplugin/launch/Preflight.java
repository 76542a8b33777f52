package dev.cvt.goplugin.launch;

import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.goplugin.StartFailure.Phase;
import dev.cvt.goplugin.diagnosis.Finding;
import dev.cvt.goplugin.diagnosis.Finding.Refusal;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What can be said about a program before it is started. */
public final class Preflight {

  private Preflight() {}

  /** Looks at the program and at what it is to be given. */
  public static void check(Path program, List<String> arguments, Map<String, String> environment)
      throws Refusal {
    if (!program.getFileSystem().equals(FileSystems.getDefault())) {
      throw refused(
          Diagnosis.FOREIGN_FILE_SYSTEM,
          program + " lies on another file system than the default one, and cannot be executed",
          "copy it to the default file system");
    }
    if (!Files.exists(program)) {
      throw refused(
          Diagnosis.NO_SUCH_FILE, "there is no file " + program, "install it, or correct the path");
    }
    if (!Files.isRegularFile(program)) {
      throw refused(
          Diagnosis.NOT_A_FILE,
          program + " is " + (Files.isDirectory(program) ? "a folder" : "no regular file"),
          "give the path of the program itself");
    }
    if (!Files.isExecutable(program)) {
      throw refused(
          Diagnosis.NOT_EXECUTABLE,
          program + " may not be executed by this user",
          "chmod u+x " + program);
    }
  }

  private static Refusal refused(Diagnosis diagnosis, String fact, String remedy) {
    return new Refusal(new Finding(Phase.PREFLIGHT, diagnosis, fact, remedy));
  }
}
