package dev.cvt.plugin.tests.modules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That a use is seen, wherever in a class it stands, and that a round trip is found. */
final class DependenciesTest {

  private static final String USED = "package b; public class B { public static class In {} }";

  @TempDir private Path folder;

  @Test
  void use_inCode_isSeen() throws IOException {
    assertThat(uses("class A { Object o = new b.B(); }")).containsExactly("b");
  }

  @Test
  void use_inSignatureOnly_isSeen() throws IOException {
    assertThat(uses("abstract class A { abstract java.util.List<b.B> all(); }"))
        .containsExactly("b");
    assertThat(uses("abstract class A { abstract void take(b.B[] all); }")).containsExactly("b");
    assertThat(uses("class A<T extends b.B> {}")).containsExactly("b");
  }

  @Test
  void use_ofNestedType_countsForItsTopLevelType() throws IOException {
    assertThat(uses("class A { b.B.In in; }")).containsExactly("b");
  }

  @Test
  void use_none_isNone() throws IOException {
    assertThat(uses("class A {}")).isEmpty();
  }

  @Test
  void roundTrip_isToldStepByStep() throws IOException {
    var dependencies =
        dependencies(
            "package a; public class A { b.B b; }",
            "package b; public class B { c.C c; }",
            "package c; public class C { a.A a; }");
    assertThat(dependencies.cycle(all -> true))
        .containsExactly("a -> b: a.A uses b.B", "b -> c: b.B uses c.C", "c -> a: c.C uses a.A");
  }

  @Test
  void roundTrip_overAnAllowedEdge_isNone() throws IOException {
    var dependencies =
        dependencies(
            "package a; public class A { b.B b; }", "package b; public class B { a.A a; }");
    assertThat(dependencies.cycle(all -> true)).isNotEmpty();
    assertThat(dependencies.without(Map.of("a", Set.of("b"))).cycle(all -> true)).isEmpty();
    assertThat(dependencies.without(Map.of("a", Set.of("c"))).cycle(all -> true)).isNotEmpty();
  }

  @Test
  void roundTrip_throughOthersOnly_isNone() throws IOException {
    var dependencies =
        dependencies(
            "package a; public class A { b.B b; }",
            "package b; public class B { c.C c; }",
            "package c; public class C { b.B b; }");
    assertThat(dependencies.cycle(slice -> slice.equals("a"))).isEmpty();
    assertThat(dependencies.cycle(slice -> slice.equals("c")))
        .containsExactly("c -> b: c.C uses b.B", "b -> c: b.B uses c.C");
  }

  @Test
  void diamond_isNoRoundTrip() throws IOException {
    var dependencies =
        dependencies(
            "package a; public class A { b.B b; c.C c; }",
            "package b; public class B { d.D d; }",
            "package c; public class C { d.D d; }",
            "package d; public class D {}");
    assertThat(dependencies.cycle(all -> true)).isEmpty();
  }

  private Set<String> uses(String sourceInA) throws IOException {
    return dependencies("package a; " + sourceInA, USED).usedBy("a");
  }

  private Dependencies dependencies(String... sources) throws IOException {
    Path classes = Files.createTempDirectory(folder, "classes");
    List<String> files =
        Stream.of(sources)
            .map(
                source -> {
                  String name = source.replaceFirst("(?s).*?class (\\w+).*", "$1");
                  Path file = classes.resolve(name + ".java");
                  try {
                    Files.writeString(file, source);
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                  return file.toString();
                })
            .toList();
    var args = Stream.concat(Stream.of("-d", classes.toString()), files.stream());
    assertThat(
            ToolProvider.getSystemJavaCompiler().run(null, null, null, args.toArray(String[]::new)))
        .isZero();
    try (Stream<Path> found = Files.walk(classes)) {
      List<ClassModel> models =
          found.filter(file -> file.toString().endsWith(".class")).map(this::parsed).toList();
      return Dependencies.of(models, Dependencies::packageOf);
    }
  }

  private ClassModel parsed(Path file) {
    try {
      return ClassFile.of().parse(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
