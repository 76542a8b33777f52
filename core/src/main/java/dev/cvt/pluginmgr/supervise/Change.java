package dev.cvt.pluginmgr.supervise;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * What a change of the configuration came to, by the plugins' names, each list in their order.
 *
 * @param added that were not there before
 * @param replaced whose settings or binary had changed
 * @param removed that are no longer configured
 * @param kept that were not touched
 */
public record Change(
    List<String> added, List<String> replaced, List<String> removed, List<String> kept) {

  /** Copies the lists. */
  public Change {
    added = List.copyOf(added);
    replaced = List.copyOf(replaced);
    removed = List.copyOf(removed);
    kept = List.copyOf(kept);
  }

  static Change between(SortedMap<String, Unit> before, SortedMap<String, Unit> after) {
    var added = new ArrayList<String>();
    var replaced = new ArrayList<String>();
    var kept = new ArrayList<String>();
    after.forEach(
        (name, unit) -> {
          Unit old = before.get(name);
          (old == null ? added : old.equals(unit) ? kept : replaced).add(name);
        });
    var removed = before.keySet().stream().filter(name -> !after.containsKey(name)).toList();
    return new Change(added, replaced, removed, kept);
  }
}
