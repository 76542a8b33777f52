package dev.cvt.pluginmgr.install;

import dev.cvt.pluginmgr.StateFile;
import dev.cvt.pluginmgr.StateFile.Running;
import dev.cvt.pluginmgr.file.ProcessId;
import dev.cvt.pluginmgr.file.Stat;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** The managers' private folders, and what can be told from them. */
public final class RunningManagers {

  // The second manager of a process adds a number.
  private static final Pattern NAME = Pattern.compile("([0-9]+-[0-9]+)(?:\\.[0-9]+)?");

  /**
   * One that is being made: which process of which world does so stands in its name, since it may
   * die before it has written anything.
   */
  private static final Pattern UNFINISHED =
      Pattern.compile("\\.new-([0-9]+-[0-9]+)-([0-9a-f]+)-.+");

  private RunningManagers() {}

  /** A name of {@link #UNFINISHED}. */
  static String unfinished(ProcessId process) {
    int random = ThreadLocalRandom.current().nextInt(1 << 30);
    return ".new-" + process + "-" + World.mark() + "-" + random;
  }

  /**
   * A manager as its folder tells.
   *
   * @param pid of its process; means nothing here if the command is empty
   * @param command of its process; empty where the system does not tell
   * @param since when it began to run plugins
   * @param plugins that it runs, or waits to run again
   * @param socket where it may listen
   */
  public record Found(
      long pid, String command, Instant since, SortedSet<String> plugins, Path socket) {

    /** Copies the plugins. */
    public Found {
      plugins = Collections.unmodifiableSortedSet(new TreeSet<>(plugins));
    }
  }

  /**
   * All that are alive, by their numbers.
   *
   * @throws StateFile.Refused if the folders cannot be looked at
   */
  public static List<Found> of(StateFile state) {
    var layout = Layout.of(state);
    var found = new ArrayList<Found>();
    try {
      for (var folder : folders(layout)) {
        var process = process(folder);
        if (process.isPresent() && isPerhapsAlive(folder, process.get())) {
          found.add(
              new Found(
                  process.get().pid(),
                  command(folder, process.get()),
                  World.since(folder),
                  plugins(folder),
                  Layout.socket(folder)));
        }
      }
    } catch (IOException e) {
      throw Refusal.io("nobody can say who runs plugins", e, "nothing is known of them");
    }
    found.sort(Comparator.comparingLong(Found::pid).thenComparing(Found::since));
    return found;
  }

  private static SortedSet<String> plugins(Path folder) throws IOException {
    var plugins = new TreeSet<String>();
    try (var files = Files.newDirectoryStream(folder)) {
      for (var file : files) {
        var name = String.valueOf(file.getFileName());
        if (!name.startsWith(".") && Stat.isFolder(file)) {
          plugins.add(name);
        }
      }
    } catch (NoSuchFileException _) {
      // it has ended this very moment
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return plugins;
  }

  /** The living managers that claim a plugin. */
  static List<Running> of(Layout layout, String plugin) throws IOException {
    var running = new ArrayList<Running>();
    for (var folder : folders(layout)) {
      var process = process(folder);
      if (process.isPresent()
          && Stat.isFolder(folder.resolve(plugin))
          && isPerhapsAlive(folder, process.get())) {
        running.add(new Running(process.get().pid(), command(folder, process.get())));
      }
    }
    return running;
  }

  /** The folders of managers that are dead beyond doubt. */
  static List<Path> dead(Layout layout) throws IOException {
    return folders(layout).stream()
        .filter(
            folder ->
                process(folder).filter(p -> !isPerhapsAlive(folder, p)).isPresent()
                    || isGivenUp(folder))
        .toList();
  }

  /** Whether who was making it is dead; in another container, it may yet be at it. */
  private static boolean isGivenUp(Path folder) {
    var matcher = UNFINISHED.matcher(String.valueOf(folder.getFileName()));
    if (!matcher.matches()) {
      return false;
    }
    return matcher.group(2).equals(World.mark())
        ? ProcessId.parse(matcher.group(1)).filter(process -> !process.isAlive()).isPresent()
        : World.read(folder).filter(its -> !its.boot().equals(ours().boot())).isPresent();
  }

  private static List<Path> folders(Layout layout) throws IOException {
    var folders = new ArrayList<Path>();
    if (!Stat.isFolder(layout.run())) {
      return folders;
    }
    try (var files = Files.newDirectoryStream(layout.run())) {
      for (var file : files) {
        if (Stat.isFolder(file)) {
          folders.add(file);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
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
    var its = World.read(folder).orElse(ours());
    return its.equals(ours()) ? process.isAlive() : its.boot().equals(ours().boot());
  }

  private static ProcessId.World ours() {
    return ProcessId.world();
  }

  private static String command(Path folder, ProcessId process) {
    return World.read(folder).filter(ProcessId.world()::equals).isPresent()
        ? process.command()
        : "";
  }
}
