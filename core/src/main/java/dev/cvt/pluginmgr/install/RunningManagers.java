package dev.cvt.pluginmgr.install;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.cvt.pluginmgr.StateFile.Running;
import dev.cvt.pluginmgr.file.ProcessId;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The managers' private folders, and what can be told from them. */
final class RunningManagers {

  // The second manager of a process adds a number.
  private static final Pattern NAME = Pattern.compile("([0-9]+-[0-9]+)(?:\\.[0-9]+)?");

  private RunningManagers() {}

  /** The living managers that claim a plugin. */
  static List<Running> of(Layout layout, String plugin) {
    var running = new ArrayList<Running>();
    for (var folder : folders(layout)) {
      var process = process(folder);
      if (process.isPresent()
          && Files.isDirectory(folder.resolve(plugin), NOFOLLOW_LINKS)
          && isPerhapsAlive(folder, process.get())) {
        running.add(new Running(process.get().pid(), command(folder, process.get())));
      }
    }
    return running;
  }

  /** The folders of managers that are dead beyond doubt. */
  static List<Path> dead(Layout layout) {
    return folders(layout).stream()
        .filter(folder -> process(folder).filter(p -> !isPerhapsAlive(folder, p)).isPresent())
        .toList();
  }

  private static List<Path> folders(Layout layout) {
    var folders = new ArrayList<Path>();
    if (!layout.guard().links(layout.run()).isEmpty()) {
      return folders;
    }
    try (var files = Files.newDirectoryStream(layout.run())) {
      for (var file : files) {
        if (Files.isDirectory(file, NOFOLLOW_LINKS)) {
          folders.add(file);
        }
      }
    } catch (IOException | DirectoryIteratorException _) {
      // none yet, or not to be seen: then there is none to speak of
    }
    return folders;
  }

  private static Optional<ProcessId> process(Path folder) {
    var matcher = NAME.matcher(String.valueOf(folder.getFileName()));
    return matcher.matches() ? ProcessId.parse(matcher.group(1)) : Optional.empty();
  }

  /**
   * Whether its process may still live. Numbers of another container mean nothing here, so there it
   * may until the next boot.
   */
  private static boolean isPerhapsAlive(Path folder, ProcessId process) {
    var ours = ProcessId.world();
    var its = World.read(folder).orElse(ours);
    return its.equals(ours) ? process.isAlive() : its.boot().equals(ours.boot());
  }

  private static String command(Path folder, ProcessId process) {
    return World.read(folder).filter(ProcessId.world()::equals).isPresent() ? process.command() : "";
  }
}
