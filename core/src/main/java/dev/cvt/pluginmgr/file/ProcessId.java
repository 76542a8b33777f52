package dev.cvt.pluginmgr.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A process beyond doubt: a number alone is soon given to another one.
 *
 * @param pid its number
 * @param start when it was started, in whatever the system counts: ticks since boot on Linux,
 *     milliseconds since 1970 elsewhere
 */
public record ProcessId(long pid, long start) {

  private static final Path PROC = Path.of("/proc");

  /** Linux' words for the state of a process that is no more. */
  private static final Set<String> ENDED = Set.of("Z", "X");

  private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,18})-([0-9]{1,18})");

  /** This process. */
  public static ProcessId current() {
    long pid = ProcessHandle.current().pid();
    return new ProcessId(pid, startOf(pid).orElse(0L));
  }

  /** Reads what {@link #toString} wrote. */
  public static Optional<ProcessId> parse(String text) {
    var matcher = TEXT.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new ProcessId(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))))
        : Optional.empty();
  }

  /**
   * Whether it still runs. True only for the very process, and not for one that has ended and whose
   * parent has yet to take note, if it ever does; says nothing of processes in another container,
   * whose numbers mean nothing here: see {@link #world}.
   */
  public boolean isAlive() {
    return startOf(pid).filter(s -> s == start).isPresent();
  }

  /** The program and its arguments; empty where the system does not tell. */
  public String command() {
    return LockTable.LINUX.commandOf(pid);
  }

  /**
   * Where numbers of processes mean what they mean here: until the next boot, in this container.
   * Empty where the system does not tell.
   */
  public static World world() {
    return new World(text(PROC.resolve("sys/kernel/random/boot_id")), link("self/ns/pid"));
  }

  /** {@code PID-START}, fit for a file name. */
  @Override
  public String toString() {
    return pid + "-" + start;
  }

  private static Optional<Long> startOf(long pid) {
    if (Files.isDirectory(PROC.resolve("self"))) {
      // The command stands in parentheses and may hold anything; 20 fields after it is the start.
      var stat = text(PROC.resolve(pid + "/stat"));
      var fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ", -1);
      boolean runs = fields.length >= 20 && !ENDED.contains(fields[0]);
      return runs ? Optional.of(Long.parseLong(fields[19])) : Optional.empty();
    }
    return ProcessHandle.of(pid)
        .flatMap(handle -> handle.info().startInstant())
        .map(Instant::toEpochMilli);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).trim();
    } catch (IOException | RuntimeException _) {
      return "";
    }
  }

  private static String link(String name) {
    try {
      return Files.readSymbolicLink(PROC.resolve(name)).toString();
    } catch (IOException | RuntimeException _) {
      return "";
    }
  }

  /**
   * A boot and a container.
   *
   * @param boot changes with every boot
   * @param namespace differs between containers
   */
  public record World(String boot, String namespace) {}
}
