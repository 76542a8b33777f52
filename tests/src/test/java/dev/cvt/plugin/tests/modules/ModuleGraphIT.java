package dev.cvt.plugin.tests.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The built jars against {@code module-graph.md} and against the rules of the house. */
final class ModuleGraphIT {

  private static final Path ROOT = Path.of(System.getProperty("repository.root")).normalize();
  private static final Path PAGE = ROOT.resolve("module-graph.md");
  private static final String CORE = "dev.cvt.pluginmgr";

  /**
   * The slices of core in layer order: each may use those before it. The three public types are
   * slices of their own, two at the ground and one at the roof.
   */
  private static final List<String> LAYERS =
      List.of(
          "Config",
          "StateFile",
          "secret",
          "file",
          "config",
          "state",
          "audit",
          "metrics",
          "install",
          "supervise",
          "control",
          "hook",
          "Manager");

  /** The only edges that go up: a public type that hands the work to the package that does it. */
  private static final Map<String, Set<String>> UPWARD =
      Map.of("Config", Set.of("config"), "StateFile", Set.of("state", "install"));

  private static final Map<String, Set<String>> UPWARD_BY_NAME =
      UPWARD.entrySet().stream()
          .collect(
              Collectors.toMap(
                  edge -> CORE + "." + edge.getKey(),
                  edge ->
                      edge.getValue().stream()
                          .map(name -> CORE + "." + name)
                          .collect(Collectors.toSet())));

  static Stream<String> folders() {
    return BuiltModule.all().stream().map(BuiltModule::folder);
  }

  @Test
  void page_describesEachModuleAsItWasBuilt() throws Exception {
    Map<String, String> built =
        BuiltModule.all().stream()
            .collect(
                Collectors.toMap(
                    BuiltModule::name,
                    module -> Description.of(module.descriptor()),
                    (one, other) -> one,
                    TreeMap::new));

    Path asBuilt = ROOT.resolve("tests/target/described-modules.md");
    Files.writeString(asBuilt, Description.page(built));
    assertThat(Description.in(PAGE))
        .as("the fenced blocks of module-graph.md; where the jars are right, paste " + asBuilt)
        .isEqualTo(built);
  }

  @ParameterizedTest
  @MethodSource("folders")
  void drawing_namesEachFolder(String folder) throws Exception {
    String page = Files.readString(PAGE);
    assertThat(page.substring(0, page.indexOf("\n## "))).contains(folder);
  }

  @ParameterizedTest
  @MethodSource("folders")
  void module_opensWithProse(String folder) throws Exception {
    assertThat(ROOT.resolve(folder).resolve("src/main/java/module-info.java"))
        .content()
        .startsWith("/**\n * ");
  }

  @ParameterizedTest
  @MethodSource("folders")
  void packages_haveNoCycle(String folder) {
    var module = BuiltModule.of(folder);
    Set<String> exported = exported(module);
    // An exported package is a door: its types may be used from inside, and some of them lead
    // inside. So each is
    // a slice of its own there, and only a round trip through a package counts.
    var dependencies =
        Dependencies.of(
                module.classes(),
                name ->
                    exported.contains(Dependencies.packageOf(name))
                        ? name
                        : Dependencies.packageOf(name))
            .without(folder.equals("core") ? UPWARD_BY_NAME : Map.of());
    assertThat(dependencies.cycle(module.descriptor().packages()::contains)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("folders")
  void packages_areNullMarked(String folder) {
    var module = BuiltModule.of(folder);
    // Of the classes in proto, and of the wire package, none was written by hand.
    Set<String> written =
        module.classes().stream()
            .map(model -> Dependencies.packageOf(name(model)))
            .filter(name -> !folder.equals("proto") && !name.equals("dev.cvt.goplugin.wire"))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> marked =
        module.classes().stream()
            .filter(model -> name(model).endsWith(".package-info") && isNullMarked(model))
            .map(model -> Dependencies.packageOf(name(model)))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(marked).isEqualTo(written);
  }

  @Test
  void core_exportsThreeTypes() {
    assertThat(publicTypes("core"))
        .containsExactlyInAnyOrder(CORE + ".Config", CORE + ".Manager", CORE + ".StateFile");
  }

  @Test
  void core_usesDownwardsOnly() {
    var dependencies = Dependencies.of(BuiltModule.of("core").classes(), ModuleGraphIT::slice);
    List<String> upward = new ArrayList<>();
    for (String slice : dependencies.uses().keySet()) {
      assertThat(LAYERS).as("the layers of core").contains(slice);
      for (String used : dependencies.usedBy(slice)) {
        if (LAYERS.indexOf(used) > LAYERS.indexOf(slice)
            && !UPWARD.getOrDefault(slice, Set.of()).contains(used)) {
          upward.add(slice + " -> " + used + ": " + dependencies.witness(slice, used));
        }
      }
    }
    assertThat(upward).isEmpty();
  }

  @Test
  void core_requiresTransitivelyWhatStandsInItsSignaturesOnly() {
    assertThat(
            BuiltModule.of("core").descriptor().requires().stream()
                .filter(requires -> requires.modifiers().contains(Requires.Modifier.TRANSITIVE))
                .filter(requires -> !requires.modifiers().contains(Requires.Modifier.STATIC))
                .map(Requires::name))
        .containsExactlyInAnyOrder("dev.cvt.plugin.proto", "dev.cvt.pluginmgr.spi");
  }

  @Test
  void spi_requiresTheJavaBaseOnly() {
    assertThat(required("spi")).containsExactly("java.base");
  }

  @ParameterizedTest
  @MethodSource("sinks")
  void sink_knowsTheSpiAloneAndExportsNothing(String folder) {
    var descriptor = BuiltModule.of(folder).descriptor();
    assertThat(descriptor.exports()).isEmpty();
    assertThat(descriptor.opens()).isEmpty();
    assertThat(ours(folder)).containsExactly("dev.cvt.pluginmgr.spi");
  }

  static Stream<String> sinks() {
    return folders().filter(folder -> folder.startsWith("sinks-"));
  }

  @Test
  void hostAndPlugin_shareTheWireAndTheProtocolOnly() {
    assertThat(ours("core"))
        .containsExactlyInAnyOrder(
            "dev.cvt.plugin.proto", "dev.cvt.pluginmgr.spi", "dev.cvt.goplugin");
    assertThat(ours("sdk")).containsExactlyInAnyOrder("dev.cvt.plugin.proto", "dev.cvt.goplugin");
    assertThat(ours("goplugin")).isEmpty();
    assertThat(ours("proto")).isEmpty();
  }

  @Test
  void runtimeFolder_holdsExplicitModulesThatResolve() {
    var finder = ModuleFinder.of(ROOT.resolve("runtime/target/modules"));
    assertThat(finder.findAll())
        .isNotEmpty()
        .noneMatch(module -> module.descriptor().isAutomatic());
    Set<String> names =
        finder.findAll().stream()
            .map(module -> module.descriptor().name())
            .collect(Collectors.toSet());
    assertThat(names)
        .containsAll(
            folders()
                .filter(folder -> !folder.equals("cli"))
                .map(folder -> BuiltModule.of(folder).name())
                .toList());
    assertThatNoException()
        .isThrownBy(
            () ->
                Configuration.resolve(
                    finder,
                    List.of(ModuleLayer.boot().configuration()),
                    ModuleFinder.ofSystem(),
                    names));
  }

  private static String name(ClassModel model) {
    return model.thisClass().asInternalName().replace('/', '.');
  }

  private static boolean isNullMarked(ClassModel model) {
    return model
        .findAttribute(Attributes.runtimeVisibleAnnotations())
        .map(
            found ->
                found.annotations().stream()
                    .anyMatch(
                        annotation ->
                            annotation
                                .className()
                                .equalsString("Lorg/jspecify/annotations/NullMarked;")))
        .orElse(false);
  }

  /**
   * Where a class of core belongs: to its package; in the exported one, the two grounds stand
   * alone, and whatever else is there is part of the roof.
   */
  private static String slice(String className) {
    String rest = className.substring(CORE.length() + 1);
    int dot = rest.indexOf('.');
    if (dot >= 0) {
      return rest.substring(0, dot);
    }
    return rest.equals("Config") || rest.equals("StateFile") ? rest : "Manager";
  }

  private static Set<String> exported(BuiltModule module) {
    return module.descriptor().exports().stream()
        .map(ModuleDescriptor.Exports::source)
        .collect(Collectors.toSet());
  }

  private static Set<String> publicTypes(String folder) {
    var module = BuiltModule.of(folder);
    Set<String> exported = exported(module);
    return module.classes().stream()
        .filter(model -> model.flags().has(AccessFlag.PUBLIC))
        .map(ModuleGraphIT::name)
        .filter(name -> name.indexOf('$') < 0 && exported.contains(Dependencies.packageOf(name)))
        .collect(Collectors.toSet());
  }

  private static Set<String> required(String folder) {
    return BuiltModule.of(folder).descriptor().requires().stream()
        .filter(requires -> !requires.modifiers().contains(Requires.Modifier.STATIC))
        .map(Requires::name)
        .collect(Collectors.toSet());
  }

  private static Set<String> ours(String folder) {
    return required(folder).stream()
        .filter(name -> name.startsWith("dev.cvt."))
        .collect(Collectors.toSet());
  }
}
