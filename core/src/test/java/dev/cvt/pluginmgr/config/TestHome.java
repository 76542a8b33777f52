package dev.cvt.pluginmgr.config;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Config.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A home in memory, {@code /home/u}, with the two files and some variables. */
final class TestHome implements AutoCloseable {
  static final String TOKEN = "hushhush-of-the-token";

  /** The variables of every reading: one is set, one is empty. */
  static final Map<String, String> ENV =
      Map.of("TOKEN", TOKEN, "EMPTY", "", "REGION", "eu-central");

  private final FileSystem files =
      Jimfs.newFileSystem(
          Configuration.unix().toBuilder()
              .setAttributeViews("basic", "owner", "posix")
              .setWorkingDirectory("/work")
              .build());

  final Path home = files.getPath("/home/u");
  final Path configYaml = home.resolve(".cvt/config.yaml");
  final Path pluginmgrYaml = home.resolve(".cvt/pluginmgr.yaml");

  TestHome() {
    try {
      Files.createDirectories(configYaml.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  TestHome main(String yaml) {
    return write(configYaml, yaml.getBytes(StandardCharsets.UTF_8));
  }

  TestHome own(String yaml) {
    return write(pluginmgrYaml, yaml.getBytes(StandardCharsets.UTF_8));
  }

  /** Owner-only, so that only tests about modes are warned of them. */
  TestHome write(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Config read() {
    return Config.reader().home(home).env(ENV).read(configYaml);
  }

  /** That plugin of what is read. */
  Config.Plugin plugin(String name) {
    return plugin(read(), name);
  }

  /** A plugin that must be there. */
  static Config.Plugin plugin(Config config, String name) {
    return Optional.ofNullable(config.plugins().get(name)).orElseThrow();
  }

  /** What is wrong, a line for each problem, the folder left out; or nothing. */
  String problems() {
    try {
      read();
      return "";
    } catch (Config.Invalid e) {
      return shown(e.problems());
    }
  }

  /** What is doubtful, likewise. */
  String warnings() {
    return shown(read().warnings());
  }

  private String shown(List<Problem> problems) {
    return problems.stream()
        .map(Problem::toString)
        .map(line -> line.replaceFirst("^" + configYaml.getParent() + "/", ""))
        .collect(Collectors.joining("\n"));
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
