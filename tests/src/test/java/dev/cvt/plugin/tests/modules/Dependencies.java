package dev.cvt.plugin.tests.modules;

import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.reflect.AccessFlag;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Who uses whom among a set of classes, folded into slices: a slice is whatever the caller maps a
 * top-level class to, such as its package.
 *
 * @param uses each slice and the others that it uses, with one class of each side as the witness
 */
record Dependencies(SortedMap<String, SortedMap<String, String>> uses) {

  /** A class inside a descriptor or a signature. */
  private static final Pattern TYPE = Pattern.compile("L([\\w/$]+)[;<]");

  static Dependencies of(Collection<ClassModel> classes, Function<String, String> slice) {
    Map<String, Set<String>> byClass = new HashMap<>();
    for (ClassModel model : classes) {
      if (model.flags().has(AccessFlag.SYNTHETIC) && model.flags().has(AccessFlag.INTERFACE)) {
        continue; // A package-info: documentation and annotations.
      }
      byClass
          .computeIfAbsent(topLevel(model.thisClass().asInternalName()), name -> new HashSet<>())
          .addAll(mentioned(model));
    }
    SortedMap<String, SortedMap<String, String>> uses = new TreeMap<>();
    byClass.forEach(
        (user, mentioned) -> {
          var edges = uses.computeIfAbsent(slice.apply(user), name -> new TreeMap<>());
          for (String used : mentioned) {
            if (byClass.containsKey(used) && !slice.apply(used).equals(slice.apply(user))) {
              edges.merge(
                  slice.apply(used),
                  user + " uses " + used,
                  (one, other) -> one.compareTo(other) <= 0 ? one : other);
            }
          }
        });
    return new Dependencies(uses);
  }

  /** The package of a class, both with dots. */
  static String packageOf(String className) {
    return className.substring(0, className.lastIndexOf('.'));
  }

  /** The same without the edges that are allowed by name. */
  Dependencies without(Map<String, Set<String>> edges) {
    SortedMap<String, SortedMap<String, String>> rest = new TreeMap<>();
    uses.forEach(
        (user, used) -> {
          SortedMap<String, String> kept = new TreeMap<>(used);
          kept.keySet().removeAll(edges.getOrDefault(user, Set.of()));
          rest.put(user, kept);
        });
    return new Dependencies(rest);
  }

  /**
   * The shortest round trip that passes through one of those slices, each step with its witness;
   * empty where there is none. Round trips through others only are none of the caller's business.
   */
  List<String> cycle(Predicate<String> through) {
    return uses.keySet().stream()
        .filter(through)
        .map(this::roundTrip)
        .filter(steps -> !steps.isEmpty())
        .min(Comparator.comparingInt(List::size))
        .orElse(List.of());
  }

  private List<String> roundTrip(String start) {
    Map<String, String> reachedFrom = new HashMap<>();
    Deque<String> queue = new ArrayDeque<>(List.of(start));
    while (!queue.isEmpty()) {
      String slice = queue.remove();
      for (String next : usedBy(slice)) {
        if (reachedFrom.putIfAbsent(next, slice) == null) {
          queue.add(next);
        }
      }
    }
    List<String> steps = new ArrayList<>();
    String to = start;
    while (reachedFrom.containsKey(to)) {
      String from = reachedFrom.get(to);
      steps.addFirst(from + " -> " + to + ": " + witness(from, to));
      if (from.equals(start)) {
        return steps;
      }
      to = from;
    }
    return List.of();
  }

  SortedSet<String> usedBy(String slice) {
    return new TreeSet<>(uses.getOrDefault(slice, new TreeMap<>()).keySet());
  }

  String witness(String user, String used) {
    return uses.getOrDefault(user, new TreeMap<>()).getOrDefault(used, "nothing");
  }

  private static Set<String> mentioned(ClassModel model) {
    Set<String> names = new HashSet<>();
    for (PoolEntry entry : model.constantPool()) {
      switch (entry) {
        case ClassEntry type when !type.asInternalName().startsWith("[") ->
            names.add(topLevel(type.asInternalName()));
        case Utf8Entry text -> {
          var matcher = TYPE.matcher(text.stringValue());
          while (matcher.find()) {
            names.add(topLevel(matcher.group(1)));
          }
        }
        default -> {
          // Numbers, and entries made of those above.
        }
      }
    }
    return names;
  }

  private static String topLevel(String internalName) {
    int nested = internalName.indexOf('$');
    return (nested < 0 ? internalName : internalName.substring(0, nested)).replace('/', '.');
  }
}
