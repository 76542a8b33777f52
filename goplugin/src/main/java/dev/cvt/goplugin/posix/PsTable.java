package dev.cvt.goplugin.posix;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * The table of processes where there is no process file system, as on macOS: from the JDK, and the
 * environment from {@code ps}, which shows that of one's own processes. Written from the manuals,
 * and not run on such a machine.
 *
 * @param run runs a command and gives what it prints; nothing if it fails
 */
record PsTable(Function<List<String>, String> run) implements ProcessTable {

  @Override
  public Optional<Entry> find(long pid) {
    return ProcessHandle.of(pid).flatMap(PsTable::entry);
  }

  @Override
  public List<Entry> all() {
    return ProcessHandle.allProcesses().flatMap(handle -> entry(handle).stream()).toList();
  }

  /** One whose start does not show is another user's, and none of our business. */
  private static Optional<Entry> entry(ProcessHandle handle) {
    return handle
        .info()
        .startInstant()
        .map(Instant::toEpochMilli)
        .map(start -> new Entry(handle.pid(), 0, start, !handle.isAlive()));
  }

  @Override
  public Optional<Pages> memory(Entry process) {
    var kib = run.apply(List.of("ps", "-o", "rss=", "-p", "" + process.pid())).strip();
    return kib.matches("\\d{1,15}")
        ? Optional.of(new Pages(Long.parseLong(kib) * 1024, OptionalLong.empty()))
        : Optional.empty();
  }

  @Override
  public boolean carries(Entry process, String text) {
    return run.apply(List.of("ps", "-ww", "-E", "-o", "command=", "-p", "" + process.pid()))
        .contains(text);
  }
}
