package dev.cvt.plugin.tests.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.reflect.Field;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the build of the image does to classes: they say the same as before. */
final class RenewalTest {
  private static final Path SOURCES = EchoHome.ROOT.resolve("cli/src/image");

  private static final String EVERYTHING =
      """
      import java.util.*;
      import java.util.function.Supplier;

      public final class Everything implements Supplier<String> {
        sealed interface Shape {
          default String told() {
            return switch (this) {
              case Square(var side) when side > 100 -> "large";
              case Square s when s.side() > 10 -> "square " + s;
              case Square _ -> "small";
              case Round r -> "round " + r;
              case Nothing n -> "nothing " + n;
            };
          }
        }
        private static final java.math.BigInteger TEN = java.math.BigInteger.valueOf(10);
        static final java.math.BigDecimal BOUND = new java.math.BigDecimal(TEN);

        static class Parsing implements java.io.Serializable {
          static final java.math.BigInteger ONE = java.math.BigInteger.valueOf(1);
          static final String BEFORE = String.valueOf(ONE);
          protected static final java.math.BigDecimal MOST = new java.math.BigDecimal(ONE);
          static final java.math.BigDecimal LEAST = new java.math.BigDecimal(TEN); // not its own
          static final String AFTER = BEFORE + ONE;
        }
        static final class Inheriting extends Parsing {
          static java.math.BigDecimal most() {
            return MOST.add(java.math.BigDecimal.valueOf(AFTER.length()));
          }
        }
        record Square(int side) implements Shape {}
        record Round(double radius, String name) implements Shape {}
        record Nothing() implements Shape {}
        record All(boolean z, byte b, char c, short s, int i, long l, float f, double d, Object o, int[] a) {}

        enum Colour { RED, GREEN, BLUE }

        static String of(Colour colour) {
          return switch (colour) {
            case null -> "no colour";
            case RED -> "red";
            case Colour c when c.ordinal() == 1 -> "the second";
            case BLUE -> "blue";
            case GREEN -> "never";
          };
        }

        static String of(Object any) {
          return switch (any) {
            case null -> "null";
            case Integer i when i > 5 -> "more than five";
            case CharSequence text when text.isEmpty() -> "empty";
            case String text -> text;
            case int[] numbers -> "" + numbers.length;
            default -> any.getClass().getSimpleName();
          };
        }

        @Override
        public String get() {
          var told = new ArrayList<Object>();
          told.add(of((Colour) null));
          for (var colour : Colour.values()) {
            told.add(of(colour));
          }
          for (Object any : new Object[] {null, 3, 6, "", "text", new StringBuilder(), new int[2], 1L}) {
            told.add(of(any));
          }
          for (var shape : List.of(new Square(1), new Square(11), new Square(101), new Round(-0.0, null), new Nothing())) {
            told.add(shape.told());
          }
          var numbers = new int[0];
          var one = new All(true, (byte) -1, 'x', (short) 2, 3, 1L << 40, Float.NaN, -0.0, "o", numbers);
          var same = new All(true, (byte) -1, 'x', (short) 2, 3, 1L << 40, Float.NaN, -0.0, new String("o"), numbers);
          told.add(new All(false, (byte) 1, 'y', (short) -2, -3, -1, 0.5f, 1e300, null, null));
          told.add(one.equals(same) && one.hashCode() == same.hashCode());
          told.add(one.hashCode() - Arrays.hashCode(numbers) == 0 ? "" : new All(true, (byte) 7, 'c', (short) 8, 9, 1L << 33, 1.5f, 2.5, "h", null).hashCode());
          told.add(one.equals(new All(true, (byte) -1, 'x', (short) 2, 3, 1L << 40, Float.NaN, 0.0, "o", numbers)));
          told.add(one.equals(new All(true, (byte) -1, 'x', (short) 2, 3, 1L << 40, Float.NaN, -0.0, "p", numbers)));
          told.add(one.equals(null) || one.equals("one") || new Nothing().equals(new Square(1)));
          told.add(new Nothing().equals(new Nothing()) && one.equals(one));
          told.add(Inheriting.most().add(BOUND).add(Parsing.LEAST));
          return String.join("\\n", told.stream().map(String::valueOf).toList());
        }
      }
      """;

  @TempDir private static Path folder;
  private static Path before;
  private static Path after;

  @BeforeAll
  static void renewIt() throws Exception {
    var tool = folder.resolve("tool");
    compile(
        tool,
        SOURCES.resolve("Renewal.java"),
        SOURCES.resolve("PlainCalls.java"),
        SOURCES.resolve("LateConstants.java"));
    var classes = folder.resolve("classes");
    compile(classes, Files.writeString(folder.resolve("Everything.java"), EVERYTHING));
    before = jar(classes, folder.resolve("before.jar"));
    after = folder.resolve("after.jar");
    try (var loader = new URLClassLoader(new URL[] {tool.toUri().toURL()})) {
      var renewal = loader.loadClass("Renewal");
      var make = renewal.getDeclaredConstructor(List.class);
      make.setAccessible(true);
      var write = renewal.getDeclaredMethod("write", Path.class, Path.class);
      write.setAccessible(true);
      write.invoke(make.newInstance(List.of(before)), before, after);
    }
  }

  private static void compile(Path to, Path... sources) {
    var javac = Optional.ofNullable(ToolProvider.getSystemJavaCompiler()).orElseThrow();
    var words = new ArrayList<>(List.of("-d", to.toString()));
    for (var source : sources) {
      words.add(source.toString());
    }
    assertThat(javac.run(null, null, null, words.toArray(String[]::new))).isZero();
  }

  private static Path jar(Path classes, Path jar) throws IOException {
    try (var out = new JarOutputStream(Files.newOutputStream(jar));
        var files = Files.newDirectoryStream(classes)) {
      for (var file : files) {
        out.putNextEntry(new JarEntry(file.getFileName().toString()));
        Files.copy(file, out);
      }
    }
    return jar;
  }

  private static String told(Path jar) throws Exception {
    try (var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()})) {
      var made = loader.loadClass("Everything").getConstructor().newInstance();
      return String.valueOf(((Supplier<?>) made).get());
    }
  }

  private static List<String> calls(Path jar) throws IOException {
    try (var opened = new JarFile(jar.toFile())) {
      return opened.stream()
          .map(entry -> ClassFile.of().parse(bytes(opened, entry)))
          .flatMap(model -> model.methods().stream())
          .flatMap(method -> method.code().stream())
          .flatMap(code -> code.elementStream())
          .filter(InvokeDynamicInstruction.class::isInstance)
          .map(call -> ((InvokeDynamicInstruction) call).bootstrapMethod().owner().displayName())
          .distinct()
          .toList();
    }
  }

  private static byte[] bytes(JarFile jar, JarEntry entry) {
    try (var in = jar.getInputStream(entry)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void switchesAndRecords_becomePlainMethods() throws IOException {
    assertThat(calls(before)).contains("SwitchBootstraps", "ObjectMethods");
    assertThat(calls(after)).doesNotContain("SwitchBootstraps", "ObjectMethods");
  }

  @Test
  void costlyConstants_areMadeWhenRead() throws Exception {
    try (var loader = new URLClassLoader(new URL[] {after.toUri().toURL()})) {
      var parsing = loader.loadClass("Everything$Parsing");
      assertThat(parsing.getDeclaredFields())
          .extracting(Field::getName)
          .containsExactlyInAnyOrder("ONE", "BEFORE", "LEAST", "AFTER");
      assertThat(parsing.getInterfaces())
          .extracting(Class::getSimpleName)
          .containsExactly("Serializable", "Everything$Parsing$LateConstants");
    }
  }

  @Test
  void whatTheySay_isTheSame() throws Exception {
    assertThat(told(after))
        .isEqualTo(told(before))
        .contains("Nothing[]", "round Round[radius=-0.0");
  }
}
