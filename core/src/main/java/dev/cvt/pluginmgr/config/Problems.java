package dev.cvt.pluginmgr.config;

import static java.util.Comparator.naturalOrder;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Config.Problem;
import dev.cvt.pluginmgr.secret.Scrubber;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Collects what is wrong, so that it can be told at once and in the order of the files. For one
 * thread.
 */
final class Problems {
  /** A file with more than that is not the file that the user meant. */
  static final int MOST = 200;

  /** More than any honest config has; looking for each in each problem takes its time. */
  private static final int MOST_SECRETS = 10_000;

  private record Found(Spot spot, Problem problem) {}

  private final List<Found> errors = new ArrayList<>();
  private final List<Found> warnings = new ArrayList<>();

  /** Each as it is and as a message shows it. The longest first: one may begin with another. */
  private final Set<String> secrets =
      new TreeSet<>(
          Comparator.comparingInt(String::length).reversed().thenComparing(naturalOrder()));

  private int unheard;

  /**
   * Keeps a secret out of all that is told: somebody may have written it where a key should stand.
   * Short ones are left alone, since they may well be a plugin's name.
   */
  void hide(String secret) {
    if (secret.codePointCount(0, secret.length()) >= Scrubber.SHORT
        && secrets.size() < MOST_SECRETS) {
      secrets.add(secret);
      var shown = Shown.quoted(secret);
      secrets.add(shown.substring(1, shown.length() - 1));
    }
  }

  /** Adds what makes the config unusable. */
  void error(Spot spot, KeyPath key, String what, String remedy) {
    if (errors.size() < MOST) {
      errors.add(found(spot, key, what, remedy));
    } else {
      unheard++;
    }
  }

  /** Adds what a parser or a rule objected to. */
  void error(Spot spot, KeyPath key, Wrong wrong) {
    error(spot, key, wrong.what(), wrong.remedy());
  }

  /** Adds what is allowed, and probably not meant. */
  void warn(Spot spot, KeyPath key, String what, String remedy) {
    if (warnings.size() < MOST) {
      warnings.add(found(spot, key, what, remedy));
    }
  }

  /** Whether what is added from now on is counted only. */
  boolean isFull() {
    return errors.size() == MOST;
  }

  /** Whether nothing makes the config unusable. */
  boolean none() {
    return errors.isEmpty();
  }

  /** Refuses the config if anything makes it unusable. */
  void throwIfAny() {
    if (none()) {
      return;
    }
    var all = new ArrayList<>(sorted(errors));
    if (unheard > 0) {
      all.add(
          new Problem(
              "",
              "",
              "%d more problems are not listed".formatted(unheard),
              "mend these first and load again"));
    }
    throw new Config.Invalid(all);
  }

  /** The warnings, in the order of the files. */
  List<Problem> warnings() {
    return sorted(warnings);
  }

  private static Found found(Spot spot, KeyPath key, String what, String remedy) {
    return new Found(spot, new Problem(spot.where(), key.text(), what, remedy));
  }

  /** Stable: what was found first at one place comes first. */
  private List<Problem> sorted(List<Found> found) {
    return found.stream()
        .sorted((a, b) -> a.spot().compareTo(b.spot()))
        .map(Found::problem)
        .map(p -> new Problem(p.where(), masked(p.key()), masked(p.what()), masked(p.remedy())))
        .toList();
  }

  /** As it is written, or shown, only: nobody encodes what he writes into a file by mistake. */
  private String masked(String text) {
    var masked = text;
    for (var secret : secrets) {
      masked = masked.replace(secret, "****");
    }
    return masked;
  }
}
