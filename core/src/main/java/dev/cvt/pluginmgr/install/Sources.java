package dev.cvt.pluginmgr.install;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.cvt.pluginmgr.StateFile.InstallRequest.Source;
import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.StateFile.Refused.Reason;
import dev.cvt.pluginmgr.file.IoText;
import dev.cvt.pluginmgr.file.Modes;
import dev.cvt.pluginmgr.file.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** What may be installed: a regular file that can be executed, and is reached without a link. */
final class Sources {

  private Sources() {}

  /** The source with its path absolute, once it is fit. */
  static Source check(Source source, Layout layout) throws IOException {
    var checked =
        switch (source) {
          case Source.File(var path) ->
              new Source.File(checkFile(path.toAbsolutePath().normalize()));
          case Source.Stream stream -> stream;
        };
    checkName(checked, layout);
    return checked;
  }

  /** The name that it gets under the root. */
  static String fileName(Source source) {
    return switch (source) {
      case Source.File(var path) -> String.valueOf(path.getFileName());
      case Source.Stream(var _, var name) -> name;
    };
  }

  static Refused empty(Source source) {
    var where = source instanceof Source.File(var path) ? path : null;
    return bad(
        where == null ? "the stream" : where.toString(),
        where,
        " is empty",
        "give the program itself");
  }

  private static Path checkFile(Path path) throws IOException {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
    } catch (NoSuchFileException _) {
      throw bad(path.toString(), path, " does not exist", "give the path of the plugin's program");
    } catch (IOException e) {
      var text = IoText.of(e);
      throw new Refused(
          Reason.BAD_SOURCE,
          path + " cannot be looked at: " + text.what(),
          path,
          "",
          "",
          text.remedy(),
          e);
    }
    if (attributes.isSymbolicLink()) {
      throw bad(
          path.toString(), path, " is a symbolic link", "give what it points to" + target(path));
    }
    if (attributes.isDirectory()) {
      throw bad(path.toString(), path, " is a folder", "give the program inside it");
    }
    if (!attributes.isRegularFile()) {
      throw bad(path.toString(), path, " is not a regular file", "give the path of a program");
    }
    if (!Modes.isExecutable(path)) {
      throw bad(path.toString(), path, " is not executable", "run: chmod +x " + Shell.quote(path));
    }
    return path;
  }

  private static void checkName(Source source, Layout layout) throws IOException {
    var name = fileName(source);
    if (source instanceof Source.File(var path) && layout.guard().contains(path)) {
      Refusal.checkSafe(layout.guard().links(path));
      if (layout.isReserved(path)) {
        throw Refusal.of(
            Reason.TAKEN,
            path + " is the manager's own",
            path,
            "put the program elsewhere and install it from there");
      }
      return;
    }
    if (name.isEmpty() || name.contains("/") || name.equals(".") || name.equals("..")) {
      throw Refusal.of(
          Reason.BAD_SOURCE, "not a file name: \"" + name + "\"", null, "give a plain file name");
    }
    if (layout.isReserved(layout.root().resolve(name))) {
      throw Refusal.of(
          Reason.TAKEN,
          "the name \"" + name + "\" is one that the manager itself uses under " + layout.root(),
          null,
          "rename the source file");
    }
  }

  private static String target(Path link) {
    try {
      return ": " + link.toRealPath();
    } catch (IOException _) {
      return "";
    }
  }

  private static Refused bad(String whatIs, @Nullable Path where, String fault, String remedy) {
    return Refusal.of(Reason.BAD_SOURCE, whatIs + fault, where, remedy);
  }
}
