package dev.cvt.plugin.sdk.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script before a jar, on a Java that is a script too. */
class JarStubTest {

  @TempDir Path folder;

  private Path plugin;

  @BeforeEach
  void write() throws IOException {
    plugin = folder.resolve("cvt-plugin-small");
    Files.write(
        plugin,
        Stub.fill(
            "jar-stub.sh",
            Map.of("NAME", "cvt-plugin-small", "JAVA", "25", "OPTIONS", "'-Xmx64m' '-Da=b c'")));
    executable(plugin);
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Path java(String name, String version) throws IOException {
    Path home = folder.resolve(name);
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$0\" \"$@\"\n");
    executable(java);
    if (!version.isEmpty()) {
      Files.writeString(
          home.resolve("release"),
          "IMPLEMENTOR=\"Somebody\"\nJAVA_VERSION=\"" + version + "\"\nMODULES=\"java.base\"\n");
    }
    return home;
  }

  private String run(Map<String, String> more, int code) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(plugin.toString());
    builder.environment().clear();
    builder.environment().put("PATH", System.getenv("PATH"));
    builder.environment().put("CVT_PLUGIN_MAGIC_COOKIE", "cvt-plugin-v1");
    builder.environment().putAll(new TreeMap<>(more));
    Process process = builder.redirectErrorStream(true).start();
    String printed = process.inputReader().readAllAsString();
    assertThat(process.waitFor()).as(printed).isEqualTo(code);
    return printed;
  }

  @Test
  void the_java_of_java_home_runs_the_file_itself() throws Exception {
    Path home = java("a java", "25.0.3");
    assertThat(run(Map.of("JAVA_HOME", home.toString(), "TMPDIR", "/tmp/a b"), 0))
        .isEqualTo(
            String.join(
                    "\n",
                    home + "/bin/java",
                    "-Xmx64m",
                    "-Da=b c",
                    "-Djava.io.tmpdir=/tmp/a b",
                    "-jar",
                    plugin.toString())
                + "\n");
  }

  @Test
  void without_java_home_the_java_in_path_does_also_behind_a_link() throws Exception {
    Path home = java("jdk", "26-ea");
    Path links = Files.createDirectory(folder.resolve("links"));
    Files.createSymbolicLink(links.resolve("java"), home.resolve("bin/java"));
    assertThat(run(Map.of("PATH", links + ":" + System.getenv("PATH")), 0))
        .startsWith(links + "/java\n-Xmx64m\n");
  }

  @ParameterizedTest
  @CsvSource({"17.0.15", "24", "1.8.0_412"})
  void an_older_java_is_told_with_its_version(String version) throws Exception {
    Path home = java("old", version);
    assertThat(run(Map.of("JAVA_HOME", home.toString()), 1))
        .isEqualTo(
            "[ERROR] cvt-plugin-small: "
                + home
                + "/bin/java is Java "
                + version
                + ", and this plugin needs 25 or later; install that, or have the host set"
                + " JAVA_HOME\n");
  }

  @Test
  void a_java_that_does_not_tell_its_version_is_tried() throws Exception {
    Path home = java("silent", "");
    assertThat(run(Map.of("JAVA_HOME", home.toString()), 0)).startsWith(home + "/bin/java\n");
  }

  @Test
  void a_java_home_that_leads_nowhere_is_told() throws Exception {
    assertThat(run(Map.of("JAVA_HOME", "/nowhere"), 1))
        .isEqualTo(
            "[ERROR] cvt-plugin-small: /nowhere/bin/java, where JAVA_HOME points, cannot be"
                + " executed; correct JAVA_HOME, or unset it to use the java in PATH\n");
  }

  @Test
  void no_java_at_all_is_told() throws Exception {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThat(run(Map.of("PATH", empty.toString()), 1))
        .isEqualTo(
            "[ERROR] cvt-plugin-small: there is no java in PATH and JAVA_HOME is not set; install"
                + " Java 25 or later, or have the host set JAVA_HOME\n");
  }

  @Test
  void started_by_a_person_it_explains_itself() throws Exception {
    assertThat(run(Map.of("CVT_PLUGIN_MAGIC_COOKIE", ""), 1))
        .startsWith(
            "cvt-plugin-small is a plugin of CVT and is not meant to be executed directly: CVT"
                + " starts it.\n");
  }
}
