package dev.cvt.goplugin.posix;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Linux' table of processes.
 *
 * @param proc where its file system is mounted
 */
public record ProcTable(Path proc) implements ProcessTable {
  private static final byte[] NOTHING = {};
  private static final Pattern SIZE =
      Pattern.compile("^(\\w+):\\s+(\\d{1,15}) kB$", Pattern.MULTILINE);
  private static final long KIB = 1024;

  /** Whether this machine has one. */
  static boolean exists() {
    return Files.isReadable(Path.of("/proc/self/stat"));
  }

  @Override
  public Optional<Entry> find(long pid) {
    return read(proc.resolve(Long.toString(pid)), pid);
  }

  @Override
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

  @Override
  public boolean carries(Entry process, String text) {
    return indexOf(
            bytes(proc.resolve(process.pid() + "/environ")), text.getBytes(StandardCharsets.UTF_8))
        >= 0;
  }

  @Override
  public Optional<Pages> memory(Entry process) {
    var folder = proc.resolve(Long.toString(process.pid()));
    var sums = lines(folder.resolve("smaps_rollup")); // since Linux 4.14
    if (sums.containsKey("Rss")) {
      return Optional.of(
          new Pages(
              sums.get("Rss"),
              OptionalLong.of(
                  sums.getOrDefault("Private_Clean", 0L)
                      + sums.getOrDefault("Private_Dirty", 0L))));
    }
    return Optional.ofNullable(lines(folder.resolve("status")).get("VmRSS"))
        .map(resident -> new Pages(resident, OptionalLong.empty()));
  }

  /** The lines that give a size, by name, in bytes. */
  private static Map<String, Long> lines(Path file) {
    var sizes = new HashMap<String, Long>();
    var text = new String(bytes(file), StandardCharsets.ISO_8859_1);
    var size = SIZE.matcher(text);
    while (size.find()) {
      sizes.put(size.group(1), Long.parseLong(size.group(2)) * KIB);
    }
    return sizes;
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

  /** Through a stream, since an interrupted thread cannot read through a channel. */
  private static byte[] bytes(Path file) {
    try (var in = new FileInputStream(file.toString())) {
      return in.readAllBytes();
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
