package dev.cvt.goplugin.posix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The kernel's table of processes, read from a {@code /proc} file system. Where there is none
 * (macOS), every lookup comes out empty, and {@link #available} says so. Stateless.
 */
public final class ProcessTable {
  private static final byte[] NOTHING = {};

  private final Path proc;

  /**
   * A table.
   *
   * @param proc where the file system is mounted
   */
  public ProcessTable(Path proc) {
    this.proc = proc;
  }

  /** The one of this machine. */
  public static ProcessTable system() {
    return new ProcessTable(Path.of("/proc"));
  }

  /** Whether this machine has such a table. */
  public boolean available() {
    return Files.isReadable(proc.resolve("self/stat"));
  }

  /**
   * One process at one instant. A process is the same as one seen before if both {@code pid} and
   * {@code start} are: ids are used again, but not within one clock tick.
   *
   * @param pid its id
   * @param session the id of the session that it belongs to
   * @param start when it was started, in clock ticks since the machine was
   * @param dead whether it has ended and only waits for its parent to take note
   */
  public record Entry(long pid, long session, long start, boolean dead) {
    /** Whether both are one process. */
    public boolean same(Entry other) {
      return pid == other.pid && start == other.start;
    }
  }

  /** A process by its id; empty if there is none. */
  public Optional<Entry> find(long pid) {
    return read(proc.resolve(Long.toString(pid)), pid);
  }

  /** Every process of the machine. One that comes or goes meanwhile may be missing. */
  public List<Entry> all() {
    var found = new ArrayList<Entry>();
    try (var folders = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (var folder : folders) {
        var name = folder.getFileName();
        if (name != null) {
          read(folder, Long.parseLong(name.toString())).ifPresent(found::add);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return List.of(); // no such file system here
    }
    return found;
  }

  /**
   * Whether a process was started with a text in its environment.
   *
   * @param text as a whole entry, or part of one
   * @return false as well if the environment may not be read
   */
  public boolean carries(Entry process, String text) {
    return indexOf(
            bytes(proc.resolve(process.pid() + "/environ")), text.getBytes(StandardCharsets.UTF_8))
        >= 0;
  }

  private static Optional<Entry> read(Path folder, long pid) {
    var stat = new String(bytes(folder.resolve("stat")), StandardCharsets.ISO_8859_1);
    // The second field is the program's name in brackets, and may hold anything, brackets too.
    var fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    if (fields.length < 20) {
      return Optional.empty();
    }
    return Optional.of(
        new Entry(
            pid,
            Long.parseLong(fields[3]),
            Long.parseLong(fields[19]),
            fields[0].equals("Z") || fields[0].equals("X")));
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      return NOTHING; // it has ended, or is another user's
    }
  }

  private static int indexOf(byte[] haystack, byte[] needle) {
    for (int at = 0; at <= haystack.length - needle.length; at++) {
      int matched = 0;
      while (matched < needle.length && haystack[at + matched] == needle[matched]) {
        matched++;
      }
      if (matched == needle.length) {
        return at;
      }
    }
    return -1;
  }
}
