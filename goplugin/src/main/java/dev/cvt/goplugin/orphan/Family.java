package dev.cvt.goplugin.orphan;

import dev.cvt.goplugin.MemoryUse;
import dev.cvt.goplugin.posix.Cgroup;
import dev.cvt.goplugin.posix.ProcessTable.Entry;
import dev.cvt.goplugin.posix.ProcessTable.Pages;
import dev.cvt.goplugin.posix.Signals;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A plugin and all that descends from it: whoever is in its control group, where there is one,
 * whoever is in its session, and whoever has inherited the mark in its environment. Without a
 * control group, a descendant that has left the session and wiped its environment is not found.
 * Thread-safe.
 *
 * @param leader the plugin's own process; empty if it had ended before one could look
 * @param mark what its environment was given, unlike any other start's
 * @param group theirs alone; empty where none may be made
 */
public record Family(
    Census census, Signals signals, Optional<Entry> leader, String mark, Optional<Cgroup> group) {

  /** Those alive now. Members may be born while one looks: look again until none is left. */
  public List<Entry> alive() {
    long since = leader.map(Entry::start).orElse(0L);
    var grouped = group.map(Cgroup::pids).orElse(Set.of());
    var everybody = census.now();
    var session = leader.filter(l -> everybody.stream().noneMatch(p -> replaced(l, p)));
    return everybody.stream()
        .filter(process -> process.start() >= since)
        .filter(
            process ->
                grouped.contains(process.pid())
                    || session.filter(l -> process.session() == l.pid()).isPresent()
                    || leader.filter(process::same).isPresent()
                    || census.table().carries(process, mark))
        .toList();
  }

  /**
   * Whether a stranger has got the leader's number. The kernel gives that out again only once
   * nobody is left in the session, so that the session of that number is the stranger's.
   */
  private static boolean replaced(Entry leader, Entry process) {
    return process.pid() == leader.pid() && !process.same(leader);
  }

  /** Their memory; empty if none is left, or the system does not tell. */
  public Optional<MemoryUse> memory() {
    var pages = alive().stream().flatMap(member -> census.table().memory(member).stream()).toList();
    return pages.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new MemoryUse(
                pages.size(),
                pages.stream().mapToLong(Pages::resident).sum(),
                pages.stream().anyMatch(one -> one.unshared().isEmpty())
                    ? OptionalLong.empty()
                    : OptionalLong.of(
                        pages.stream().mapToLong(one -> one.unshared().orElse(0)).sum())));
  }

  /** Whether a member seen before is still alive. */
  public boolean alive(Entry member) {
    return census
        .table()
        .find(member.pid())
        .filter(now -> now.same(member) && !now.dead())
        .isPresent();
  }

  /** Ends those in the control group at once, before they can have more children. */
  public void killGroup() {
    group.ifPresent(Cgroup::kill);
  }

  /** Sends to one member. */
  public boolean send(Entry member, Signals.Kind kind) {
    return signals.send(member, kind);
  }
}
