package dev.cvt.plugin.sdk.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TimeZone;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlatJarTest {

  @TempDir Path folder;

  private Path module;

  @BeforeEach
  void write() throws Exception {
    module = folder.resolve("small.jar");
    try (var out = new JarOutputStream(Files.newOutputStream(module))) {
      for (String name : List.of("a/Main.class", "META-INF/MANIFEST.MF", "META-INF/X.SF")) {
        out.putNextEntry(new JarEntry(name));
      }
    }
  }

  private Path flat(String name) throws Exception {
    Path jar = folder.resolve(name);
    FlatJar.write(module.toString(), "small", List.of(), "small/a.Main", jar);
    return jar;
  }

  @Test
  void it_holds_the_classes_and_names_the_main_one() throws Exception {
    try (var jar = new JarFile(flat("flat.jar").toFile())) {
      assertThat(jar.stream().map(JarEntry::getName))
          .containsExactly("META-INF/MANIFEST.MF", "a/Main.class");
      assertThat(jar.getManifest().getMainAttributes().getValue("Main-Class")).isEqualTo("a.Main");
    }
  }

  @Test
  void it_is_the_same_bytes_wherever_it_is_made() throws Exception {
    Path here = flat("here.jar");
    TimeZone zone = TimeZone.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Honolulu"));
      assertThat(flat("there.jar")).hasSameBinaryContentAs(here);
    } finally {
      TimeZone.setDefault(zone);
    }
  }
}
