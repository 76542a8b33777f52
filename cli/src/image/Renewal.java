import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;

/**
 * Writes the classes of jars anew, where the start-up cache cannot hold what they need:
 *
 * <ul>
 *   <li>Classes of before Java 6 get the tables that newer verifiers want: the cache takes no older
 *       class, and to read and verify picocli without it was 150 ms of the 240 that {@code
 *       cvt-plugins list} took.
 *   <li>Calls that the JDK only links when they are first made become calls of plain methods: see
 *       {@link PlainCalls}.
 * </ul>
 */
final class Renewal {
  private final ClassFile files;

  /**
   * Of the classes of an image.
   *
   * @param jars all of them, since tables for the verifier tell what is a kind of what
   */
  Renewal(List<Path> jars) {
    var all = new URLClassLoader(jars.stream().map(Renewal::url).toArray(URL[]::new));
    this.files =
        ClassFile.of(
            ClassFile.StackMapsOption.STACK_MAPS_WHEN_REQUIRED,
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(all)));
  }

  /** Writes a jar anew; nothing is written where it is good as it is. */
  void write(Path from, Path to) throws IOException {
    Files.deleteIfExists(to);
    try (var jar = new JarFile(from.toFile())) {
      Map<JarEntry, byte[]> entries = new LinkedHashMap<>();
      boolean changed = false;
      for (JarEntry entry : jar.stream().toList()) {
        byte[] bytes = bytes(jar, entry);
        if (entry.getName().endsWith(".class")) {
          changed |= renew(entry, bytes, entries);
        } else {
          entries.put(entry, bytes);
        }
      }
      if (changed) {
        write(entries, to);
      }
    }
  }

  private static void write(Map<JarEntry, byte[]> entries, Path to) throws IOException {
    try (var out = new JarOutputStream(Files.newOutputStream(to))) {
      for (Map.Entry<JarEntry, byte[]> entry : entries.entrySet()) {
        var same = new ZipEntry(entry.getKey().getName());
        same.setTimeLocal(
            entry.getKey().getTimeLocal()); // not now: each build makes the same bytes
        out.putNextEntry(same);
        out.write(entry.getValue());
        out.closeEntry();
      }
    }
  }

  /** Puts what a class becomes; false if it is good as it is. */
  private boolean renew(JarEntry entry, byte[] bytes, Map<JarEntry, byte[]> entries) {
    byte[] renewed = renewed(bytes);
    var constants = new LateConstants(files.parse(renewed));
    if (!constants.isEmpty()) {
      renewed = constants.without(files);
      var beside = new JarEntry(LateConstants.beside(entry.getName()));
      beside.setTimeLocal(entry.getTimeLocal());
      entries.put(beside, constants.alone(files));
    }
    entries.put(entry, renewed);
    return renewed != bytes;
  }

  /** The same array if the class is good as it is. */
  private byte[] renewed(byte[] bytes) {
    ClassModel model = files.parse(bytes);
    if (model.majorVersion() < ClassFile.JAVA_6_VERSION) {
      return files.transformClass(
          model,
          ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)
              .andThen(
                  (builder, element) -> {
                    if (element instanceof ClassFileVersion) {
                      builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
                    } else {
                      builder.with(element);
                    }
                  }));
    }
    var calls = new PlainCalls(model);
    byte[] made =
        files.transformClass(
            model,
            ClassTransform.transformingMethodBodies(calls::concern, calls)
                .andThen(ClassTransform.endHandler(calls::define)));
    return calls.isEmpty() ? bytes : made;
  }

  private static byte[] bytes(JarFile jar, JarEntry entry) {
    try (var in = jar.getInputStream(entry)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }
}
