package dev.cvt.plugin.tests.modules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * One module of this repository, as its jar says it is.
 *
 * @param folder the folder in the repository
 * @param reference the module in the jar
 */
record BuiltModule(String folder, ModuleReference reference) {

  /**
   * Every module of the repository that holds sources of a module, in the order of their folders.
   * Read from the folders, so that a new one cannot be forgotten here.
   */
  static List<BuiltModule> all() {
    Path root = Path.of(required("repository.root"));
    try (Stream<Path> folders = Files.list(root)) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("src/main/java/module-info.java")))
          .sorted()
          .map(BuiltModule::in)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static BuiltModule of(String folder) {
    return all().stream()
        .filter(module -> module.folder().equals(folder))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no module in the folder " + folder));
  }

  private static BuiltModule in(Path folder) {
    Path target = folder.resolve("target");
    String suffix = "-" + required("project.version") + ".jar";
    try (Stream<Path> files = Files.list(target)) {
      List<Path> jars = files.filter(file -> file.toString().endsWith(suffix)).toList();
      if (jars.size() != 1) {
        throw new AssertionError(target + " holds not one jar of this version but " + jars);
      }
      ModuleReference reference =
          ModuleFinder.of(jars.getFirst()).findAll().stream().findFirst().orElseThrow();
      return new BuiltModule(folder.getFileName().toString(), reference);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String required(String property) {
    String value = System.getProperty(property);
    if (value == null) {
      throw new AssertionError("the system property " + property + " is set by Maven, in verify");
    }
    return value;
  }

  String name() {
    return descriptor().name();
  }

  ModuleDescriptor descriptor() {
    return reference.descriptor();
  }

  /** Every class of the jar but its descriptor, parsed. */
  List<ClassModel> classes() {
    try (var reader = reference.open();
        Stream<String> entries = reader.list()) {
      return entries
          .filter(entry -> entry.endsWith(".class") && !entry.equals("module-info.class"))
          .map(
              entry -> {
                try (var in = reader.open(entry).orElseThrow()) {
                  return ClassFile.of().parse(in.readAllBytes());
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              })
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
