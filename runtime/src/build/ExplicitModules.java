import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Fails the build unless each jar of a folder is an explicit module and all of them resolve
 * together over this JDK. {@code jlink} would refuse an automatic module as well, but only one that
 * the image at hand happens to require, and only at that image.
 */
final class ExplicitModules {
  private ExplicitModules() {}

  public static void main(String[] args) throws IOException {
    var folder = Path.of(args[0]);
    try {
      var finder = ModuleFinder.of(folder);
      List<String> automatic =
          finder.findAll().stream()
              .filter(module -> module.descriptor().isAutomatic())
              .sorted(Comparator.comparing((ModuleReference module) -> module.descriptor().name()))
              .map(
                  module ->
                      "%s (%s)"
                          .formatted(
                              module.descriptor().name(),
                              Path.of(module.location().orElseThrow()).getFileName()))
              .toList();
      if (!automatic.isEmpty()) {
        fail(
            "These have no module descriptor: "
                + String.join(", ", automatic)
                + ". Generate one with `jdeps --multi-release 25 --ignore-missing-deps"
                + " --generate-module-info`, put it under runtime/src/main/descriptors and name it"
                + " in runtime/pom.xml; or exclude the jar.");
      }
      Set<String> names =
          Set.copyOf(finder.findAll().stream().map(module -> module.descriptor().name()).toList());
      Configuration.resolve(
          finder, List.of(ModuleLayer.boot().configuration()), ModuleFinder.ofSystem(), names);
    } catch (FindException | java.lang.module.ResolutionException e) {
      fail("The modules in " + folder + " do not resolve: " + e.getMessage());
    }
  }

  private static void fail(String message) {
    System.err.println(message);
    System.exit(1);
  }
}
