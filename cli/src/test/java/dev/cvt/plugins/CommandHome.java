package dev.cvt.plugins;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A private home, and the command run on it in this JVM: what it says and how it ends is kept. */
final class CommandHome {
  /** Reaches the plugin as its token; every command line is searched for it. */
  static final String SECRET = "hushhush-of-the-command";

  private final Path folder;
  private final Map<String, String> variables = new HashMap<>();

  CommandHome(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(root());
    Files.setPosixFilePermissions(root(), PosixFilePermissions.fromString("rwx------"));
    variables.put("HOME", folder.toString());
    variables.put("TOKEN", SECRET);
    // Where a plugin in Java finds what it needs.
    variables.put("PATH", System.getenv("PATH"));
  }

  /** What one command line came to. */
  record Said(int code, String out, String err) {}

  /** Runs a command line with an empty standard input. */
  Said run(String... words) {
    return runGiven("", words);
  }

  /** Runs a command line with that on standard input. */
  Said runGiven(String input, String... words) {
    return runGiven(input, StandardCharsets.UTF_8, words);
  }

  /** The same, with that in another encoding. */
  Said runGiven(String input, Charset encoding, String... words) {
    return runInto(new StringWriter(), new StringWriter(), input.getBytes(encoding), words);
  }

  /** The same, for someone who looks at what is said while it is being said. */
  Said runInto(StringWriter out, StringWriter err, byte[] input, String... words) {
    var main = new Main();
    main.context().environment(variables).input(new ByteArrayInputStream(input));
    int code =
        Main.commandLine(main)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(words);
    var said = new Said(code, out.toString(), err.toString());
    if ((said.out() + said.err()).contains(SECRET)) {
      throw new AssertionError("the secret is in what " + List.of(words) + " says");
    }
    return said;
  }

  /** Runs a command line without a parser; empty if it needs one. */
  Optional<Said> runPlainly(String... words) {
    var out = new StringWriter();
    var err = new StringWriter();
    var main = new Main();
    main.context()
        .environment(variables)
        .input(new ByteArrayInputStream(new byte[0]))
        .output(new PrintWriter(out, true), new PrintWriter(err, true));
    return PlainLine.of(main, words)
        .map(line -> new Said(line.execute(), out.toString(), err.toString()));
  }

  /** Sets a variable of the command's environment; null takes it away. */
  CommandHome with(String name, String value) {
    variables.compute(name, (n, v) -> value);
    return this;
  }

  Path folder() {
    return folder;
  }

  Path cvt() {
    return folder.resolve(".cvt");
  }

  Path root() {
    return cvt().resolve("plugins");
  }

  Path config() {
    return cvt().resolve("config.yaml");
  }

  /** Where a plugin of this name lies once it is installed. */
  Path binary(String name) {
    return root().resolve("cvt-plugin-" + name);
  }

  void write(String file, String text) throws IOException {
    Files.writeString(cvt().resolve(file), text);
  }

  /** A program that could be installed as that name, not yet under the plugin root. */
  Path program(String name, String script) throws IOException {
    var file = Files.createDirectories(folder.resolve("build")).resolve("cvt-plugin-" + name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  /** A program of this name with this script, installed. */
  Path install(String name, String script) throws IOException {
    var said = run("install", program(name, script).toString(), "--name", name);
    if (said.code() != 0) {
      throw new AssertionError(said.toString());
    }
    return binary(name);
  }

  /** The Java echo plugin of this project, run from its classes. */
  Path installEcho(String name) throws IOException {
    return install(
        name,
        "exec '%s/bin/java' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx64m -cp '%s' %s"
            .formatted(
                System.getProperty("java.home"), classPath(), "dev.cvt.example.echo.EchoPlugin"));
  }

  /** The lines of {@code config.yaml} for one plugin of this name that answers these hooks. */
  void configure(String name, String settings, String... hooks) throws IOException {
    var text = new StringBuilder("plugins:\n  " + name + ":\n");
    text.append("    binary: ~/.cvt/plugins/cvt-plugin-" + name + "\n" + settings);
    text.append(hooks.length == 0 ? "" : "hooks:\n");
    for (var hook : hooks) {
      text.append("  " + hook + ": " + name + "\n");
    }
    write("config.yaml", text.toString());
    // A JVM on a busy machine takes its time; no test waits for this to run out.
    write("pluginmgr.yaml", "defaults: {start_timeout: 60s}\n");
  }

  /** The home's own path goes into expected texts as this. */
  String shown(String text) {
    return text.replace(folder.toString(), "HOME");
  }

  /** All that this JVM runs from. */
  private static String classPath() {
    Set<String> entries = new LinkedHashSet<>();
    ModuleLayer.boot().configuration().modules().stream()
        .flatMap(module -> module.reference().location().stream())
        .filter(location -> location.getScheme().equals("file"))
        .forEach(location -> entries.add(Path.of(location).toString()));
    entries.addAll(List.of(System.getProperty("java.class.path").split(File.pathSeparator)));
    entries.remove("");
    return String.join(File.pathSeparator, entries);
  }
}
