package dev.cvt.goplugin.posix;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** What the system tells about processes. Implementations keep nothing and may be shared. */
public interface ProcessTable {

  /**
   * The one of this machine.
   *
   * @param run runs a command of the system's and gives what it prints; only needed where there is
   *     no process file system
   */
  static ProcessTable system(Function<List<String>, String> run) {
    return ProcTable.exists() ? new ProcTable(Path.of("/proc")) : new PsTable(run);
  }

  /**
   * One process at one instant. A process is the same as one seen before if both {@code pid} and
   * {@code start} are: ids are used again, but not within the unit of {@code start}.
   *
   * @param pid its id
   * @param session the id of the session that it belongs to; 0 unknown
   * @param start when it was started: on Linux in clock ticks since the machine was, elsewhere in
   *     milliseconds since 1970
   * @param dead whether it has ended and only waits for its parent to take note
   */
  record Entry(long pid, long session, long start, boolean dead) {
    /** Whether both are one process. */
    public boolean same(Entry other) {
      return pid == other.pid && start == other.start;
    }
  }

  /** A process by its id; empty if there is none. */
  Optional<Entry> find(long pid);

  /** Every process of the machine. One that comes or goes meanwhile may be missing. */
  List<Entry> all();

  /**
   * Whether a process was started with a text in its environment.
   *
   * @param text as a whole entry, or part of one
   * @return false as well if the environment may not be read
   */
  boolean carries(Entry process, String text);

  /** The memory of a process; empty if it has ended, or may not be looked at. */
  Optional<Pages> memory(Entry process);

  /**
   * The memory of one process, in bytes.
   *
   * @param resident what of it is in RAM
   * @param unshared what of that is its own alone; empty where the system does not tell
   */
  record Pages(long resident, OptionalLong unshared) {}
}
