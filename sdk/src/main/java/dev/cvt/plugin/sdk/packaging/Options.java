package dev.cvt.plugin.sdk.packaging;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is to be packed and how.
 *
 * @param modulePath folders and jars, as {@code java --module-path} takes them
 * @param main module and class, with a slash between
 * @param output the file to make
 * @param form with a runtime or without
 * @param addModules modules that nothing requires by name
 * @param javaOptions for the plugin's JVM
 * @param rehearseHandlers whether the rehearsal calls the plugin's own methods
 * @param startCache whether there is a rehearsal at all
 */
record Options(
    String modulePath,
    String main,
    Path output,
    Form form,
    List<String> addModules,
    List<String> javaOptions,
    boolean rehearseHandlers,
    boolean startCache) {

  Options {
    addModules = List.copyOf(addModules);
    javaOptions = List.copyOf(javaOptions);
  }

  /** What the file holds besides the plugin. */
  enum Form {
    /** A runtime of its own. */
    IMAGE,
    /** Nothing: it runs on the Java that is found. */
    JAR
  }

  /** The command line makes no sense. */
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    Unusable(String message) {
      super(message);
    }
  }

  private static final Set<String> WITH_VALUE =
      Set.of("--module-path", "--main", "--output", "--form", "--add-modules", "--java-options");
  private static final Set<String> ALONE = Set.of("--rehearse-handlers", "--no-start-cache");

  /** Reads the command line. */
  static Options read(List<String> arguments) throws Unusable {
    Map<String, String> values = new HashMap<>();
    Set<String> flags = new HashSet<>();
    for (int at = 0; at < arguments.size(); at++) {
      String name = arguments.get(at);
      if (ALONE.contains(name)) {
        flags.add(name);
      } else if (WITH_VALUE.contains(name) && at + 1 < arguments.size()) {
        at++;
        values.put(name, arguments.get(at));
      } else {
        throw new Unusable(
            WITH_VALUE.contains(name)
                ? name + " needs a value"
                : "there is no option \"" + name + "\"");
      }
    }
    String main = required(values, "--main");
    if (!main.matches("[A-Za-z0-9_.]+/[A-Za-z0-9_.$]+")) {
      throw new Unusable("--main must be MODULE/CLASS, not \"" + main + "\"");
    }
    Path output = Path.of(required(values, "--output")).toAbsolutePath();
    if (!String.valueOf(output.getFileName()).matches("[A-Za-z0-9._+-]+")) {
      throw new Unusable(
          "the name of --output may have letters, digits and . _ + -, not \""
              + output.getFileName()
              + "\"");
    }
    return new Options(
        required(values, "--module-path"),
        main,
        output,
        form(values.getOrDefault("--form", "image")),
        words(values.getOrDefault("--add-modules", ""), ","),
        words(values.getOrDefault("--java-options", ""), " "),
        flags.contains("--rehearse-handlers"),
        !flags.contains("--no-start-cache"));
  }

  /** The name of the file, which is the plugin's in messages. */
  String name() {
    return String.valueOf(output.getFileName());
  }

  /** The module of {@link #main}. */
  String module() {
    return main.substring(0, main.indexOf('/'));
  }

  private static Form form(String word) throws Unusable {
    return switch (word) {
      case "image" -> Form.IMAGE;
      case "jar" -> Form.JAR;
      default -> throw new Unusable("--form is image or jar, not \"" + word + "\"");
    };
  }

  private static List<String> words(String text, String separator) {
    return Arrays.stream(text.split(separator, -1)).filter(word -> !word.isBlank()).toList();
  }

  private static String required(Map<String, String> values, String name) throws Unusable {
    String value = values.get(name);
    if (value == null) {
      throw new Unusable(name + " is missing");
    }
    return value;
  }
}
