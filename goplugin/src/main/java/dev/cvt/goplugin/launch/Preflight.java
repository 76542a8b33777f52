package dev.cvt.goplugin.launch;

import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.goplugin.StartFailure.Phase;
import dev.cvt.goplugin.diagnosis.Finding;
import dev.cvt.goplugin.diagnosis.Finding.Refusal;
import dev.cvt.goplugin.launch.ProgramFile.Kind;
import dev.cvt.goplugin.posix.Mounts;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What can be said about a program before it is started. It is looked at closely, since neither the
 * JDK nor the system's own tools would: handed a file that the kernel does not take, they give it
 * to a shell, which runs whatever it finds in it.
 *
 * @param mounts the file systems of this machine
 * @param emulators other formats that it executes
 * @param machine what it executes by itself
 */
public record Preflight(Mounts mounts, Emulators emulators, ProgramFile.Machine machine) {

  /** Of this machine. */
  public static Preflight system() {
    return new Preflight(Mounts.system(), Emulators.system(), ProgramFile.Machine.own());
  }

  /**
   * Looks at a program and at what it is to be given.
   *
   * @throws Refusal if it cannot be started
   */
  public void check(
      Path program,
      List<String> arguments,
      Map<String, String> environment,
      Optional<Path> directory)
      throws Refusal {
    checkTexts(arguments, environment);
    if (directory.filter(folder -> !Files.isDirectory(folder)).isPresent()) {
      throw refused(
          Diagnosis.BAD_ENVIRONMENT,
          "its working folder " + directory.get() + " does not exist",
          "make it, or name another");
    }
    checkFile(program);
    try {
      checkContent(program, environment);
    } catch (IOException e) {
      throw new Refusal(
          finding(
              Diagnosis.NOT_EXECUTABLE,
              program + " cannot be read: " + reason(e),
              "let this user read it, so that it can be told what it is"),
          e);
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException known when known.getReason() != null -> known.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }

  private void checkFile(Path program) throws Refusal {
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
          program + " is " + (Files.isDirectory(program) ? "a folder" : "not a regular file"),
          "give the path of the program itself");
    }
    var mount = mounts.forbidsExecution(program);
    if (mount.isPresent()) {
      throw refused(
          Diagnosis.NOEXEC_MOUNT,
          program + " lies on " + mount.get() + ", which is mounted with noexec",
          "move it to another file system, or mount that one without noexec");
    }
    if (!Files.isExecutable(program)) {
      throw refused(
          Diagnosis.NOT_EXECUTABLE,
          program + " may not be executed by this user",
          "chmod u+x " + program);
    }
  }

  private void checkContent(Path program, Map<String, String> environment)
      throws IOException, Refusal {
    var file = ProgramFile.read(program);
    if (emulators.take(file.head(), program)) {
      return;
    }
    switch (file.kind()) {
      case Kind.Script(var interpreter, var argument) ->
          checkInterpreter(program, interpreter, argument, environment);
      case Kind.Elf elf -> checkElf(program, elf);
      case Kind.MachO() -> checkSystem(program, "macOS");
      case Kind.Windows() -> checkSystem(program, "Windows");
      case Kind.Other(var what) ->
          throw refused(
              Diagnosis.NOT_A_PROGRAM,
              program
                  + " is "
                  + what
                  + ": neither a binary nor a script that names its interpreter",
              "give the path of the program itself; a script must begin with #!");
    }
  }

  private void checkSystem(Path program, String system) throws Refusal {
    if (!machine.system().equals(system)) {
      throw wrongMachine(program, system);
    }
  }

  private void checkElf(Path program, Kind.Elf elf) throws Refusal {
    checkSystem(program, "Linux");
    if (!machine.executes(elf.machine())) {
      throw wrongMachine(program, ProgramFile.Machine.name(elf.machine()));
    }
    if (elf.loader().isPresent() && path(elf.loader().get()).filter(Files::exists).isEmpty()) {
      throw refused(
          Diagnosis.INTERPRETER_MISSING,
          program + " needs the loader " + elf.loader().get() + ", which is not there",
          "install the C library that it was built for, or a statically linked build of it");
    }
  }

  private Refusal wrongMachine(Path program, String wanted) {
    return refused(
        Diagnosis.WRONG_ARCHITECTURE,
        program + " is a binary for " + wanted + ", and this is " + machine.description(),
        "install the build for "
            + machine.description()
            + emulators
                .unseen()
                .map(where -> "; if an emulator is registered, mount " + where)
                .orElse(""));
  }

  private static void checkInterpreter(
      Path program, String interpreter, Optional<String> argument, Map<String, String> environment)
      throws Refusal {
    if (interpreter.endsWith("\r") || argument.filter(a -> a.endsWith("\r")).isPresent()) {
      throw refused(
          Diagnosis.INTERPRETER_MISSING,
          "the first line of "
              + program
              + " ends in a carriage return, which becomes part of its"
              + " interpreter's name",
          "save it with Unix line ends");
    }
    if (path(interpreter).filter(Files::isExecutable).isEmpty()) {
      throw refused(
          Diagnosis.INTERPRETER_MISSING,
          program + " is a script for " + interpreter + ", which is not there",
          "install it, or correct the script's first line");
    }
    if (interpreter.endsWith("/env")
        && argument.filter(a -> a.matches("[^-=\\s][^=\\s]*")).isPresent()) {
      checkOnPath(program, argument.get(), environment);
    }
  }

  private static void checkOnPath(Path program, String command, Map<String, String> environment)
      throws Refusal {
    var path = environment.getOrDefault("PATH", "/bin:/usr/bin");
    for (var folder : path.split(":", -1)) {
      if (path(folder.isEmpty() ? "." : folder, command).filter(Files::isExecutable).isPresent()) {
        return;
      }
    }
    throw refused(
        Diagnosis.INTERPRETER_MISSING,
        program + " is a script for " + command + ", which is not in its PATH " + path,
        "install it, or give the plugin a PATH on which it is");
  }

  /** What a file or a variable names, which need not be a path at all. */
  private static Optional<Path> path(String first, String... more) {
    try {
      return Optional.of(Path.of(first, more));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static void checkTexts(List<String> arguments, Map<String, String> environment)
      throws Refusal {
    var charset = systemCharset();
    for (var argument : arguments) {
      if (!fits(argument, charset)) {
        throw refused(
            Diagnosis.BAD_ENVIRONMENT,
            "an argument cannot be handed over: it holds NUL, or characters outside of " + charset,
            "start this program in a UTF-8 locale, or change the argument");
      }
    }
    for (var variable : environment.entrySet()) {
      var name = variable.getKey();
      if (name.isEmpty() || name.contains("=") || !fits(name, charset)) {
        throw refused(
            Diagnosis.BAD_ENVIRONMENT,
            "\"" + name.replace('\0', '?') + "\" cannot name an environment variable",
            "correct the name");
      }
      if (!fits(variable.getValue(), charset)) {
        throw refused(
            Diagnosis.BAD_ENVIRONMENT,
            "the value of "
                + name
                + " cannot be handed over: it holds NUL, or characters outside"
                + " of "
                + charset,
            "start this program in a UTF-8 locale, or change the value");
      }
    }
  }

  /** In which the JDK hands texts to the system; what it does not hold becomes question marks. */
  private static Charset systemCharset() {
    try {
      return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    } catch (UnsupportedCharsetException e) {
      return Charset.defaultCharset();
    }
  }

  private static boolean fits(String text, Charset charset) {
    return text.indexOf('\0') < 0 && charset.newEncoder().canEncode(text);
  }

  private static Refusal refused(Diagnosis diagnosis, String fact, String remedy) {
    return new Refusal(finding(diagnosis, fact, remedy));
  }

  private static Finding finding(Diagnosis diagnosis, String fact, String remedy) {
    return new Finding(Phase.PREFLIGHT, diagnosis, fact, remedy);
  }
}
