package dev.cvt.goplugin.stop;

import dev.cvt.goplugin.Exit;
import dev.cvt.goplugin.Stopped;
import dev.cvt.goplugin.Stopped.By;
import dev.cvt.goplugin.orphan.Family;
import dev.cvt.goplugin.posix.ProcessTable.Entry;
import dev.cvt.goplugin.posix.Signals.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ends one plugin and all that descends from it, by steps, each bounded by the grace: the polite
 * call, {@code SIGTERM}, {@code SIGKILL}. Used once, by one thread; {@link #hurry} is for others.
 */
public final class Ladder {
  /** How often one looks whether descendants have gone; they are nobody's to wait for. */
  private static final Duration FIRST_LOOK = Duration.ofMillis(2);

  private static final Duration LAST_LOOK = Duration.ofMillis(50);

  /** How long the pipes of an ended plugin may take to run dry, once nobody holds them. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private final CompletableFuture<Void> gone;
  private final CompletableFuture<Exit> exit;
  private final Family family;
  private final Politely politely;
  private final Duration grace;
  private final CompletableFuture<Void> hurry = new CompletableFuture<>();

  /**
   * A ladder.
   *
   * @param gone completes when the plugin's own process has ended
   * @param exit completes when its last words are known as well, which those who hold its pipes can
   *     delay
   * @param family whom to signal
   * @param politely the first step
   * @param grace how long each step waits
   */
  public Ladder(
      CompletableFuture<Void> gone,
      CompletableFuture<Exit> exit,
      Family family,
      Politely politely,
      Duration grace) {
    this.gone = gone;
    this.exit = exit;
    this.family = family;
    this.politely = politely;
    this.grace = grace;
  }

  /** What can be done before signals. */
  public interface Politely {
    /**
     * Waits for calls in flight.
     *
     * @return completes when there are none; cancelled when nobody waits any more
     */
    CompletableFuture<?> idle();

    /**
     * Asks the plugin to end.
     *
     * @return completes with true when asked, whether answered or not; with false when it cannot be
     *     asked, so that waiting is no use
     */
    CompletableFuture<Boolean> shutdown();
  }

  /** From now on nothing waits: straight to {@code SIGKILL}. */
  public void hurry() {
    hurry.complete(null);
  }

  /**
   * Goes down the ladder.
   *
   * @param drain how long calls in flight may take first
   */
  public Stopped run(Duration drain) {
    long began = System.nanoTime();
    var by = endLeader(drain);
    var left = family.alive();
    if (!left.isEmpty() && by != By.SIGKILL) {
      send(left, Kind.TERM);
      awaitGone(left, grace);
    }
    List<Long> survivors = left.isEmpty() ? List.of() : killAll();
    awaitEvenInHurry(exit, LAST_WORDS);
    return new Stopped(
        by,
        exit.getNow(unknown()),
        left.size(),
        survivors,
        Duration.ofNanos(System.nanoTime() - began));
  }

  private By endLeader(Duration drain) {
    if (gone.isDone()) {
      return By.ALREADY_ENDED;
    }
    if (drain.isPositive()) {
      var idle = politely.idle();
      await(CompletableFuture.anyOf(idle, gone), drain);
      idle.cancel(false);
    }
    if (askedPolitely() && await(gone, grace)) {
      return By.SHUTDOWN;
    }
    send(family.alive(), Kind.TERM);
    if (await(gone, grace)) {
      return By.SIGTERM;
    }
    var _ = killAll();
    awaitEvenInHurry(gone, grace);
    return By.SIGKILL;
  }

  private boolean askedPolitely() {
    if (hurry.isDone()) {
      return false;
    }
    var asked = politely.shutdown();
    await(CompletableFuture.anyOf(asked, gone), grace);
    return gone.isDone() || !asked.isDone() || asked.getNow(false);
  }

  private void send(List<Entry> members, Kind kind) {
    for (var member : members) {
      family.send(member, kind);
    }
  }

  /** Members may be born while others are ended: until none is found, or the grace is over. */
  private List<Long> killAll() {
    long until = System.nanoTime() + grace.toNanos();
    var pause = FIRST_LOOK;
    while (true) {
      family.killGroup();
      var left = family.alive();
      if (left.isEmpty() || System.nanoTime() - until > 0) {
        return left.stream().map(Entry::pid).toList();
      }
      send(left, Kind.KILL);
      awaitEvenInHurry(new CompletableFuture<>(), pause);
      pause = longer(pause);
    }
  }

  private void awaitGone(List<Entry> members, Duration limit) {
    long until = System.nanoTime() + limit.toNanos();
    var pause = FIRST_LOOK;
    while (System.nanoTime() - until < 0
        && !hurry.isDone()
        && members.stream().anyMatch(family::alive)) {
      await(new CompletableFuture<>(), pause);
      pause = longer(pause);
    }
  }

  private static Duration longer(Duration pause) {
    var twice = pause.multipliedBy(2);
    return twice.compareTo(LAST_LOOK) > 0 ? LAST_LOOK : twice;
  }

  /** Whether it completed, for good or bad, in time and before anybody was in a hurry. */
  private boolean await(CompletableFuture<?> event, Duration limit) {
    awaitEvenInHurry(CompletableFuture.anyOf(event, hurry), limit);
    return event.isDone();
  }

  private static void awaitEvenInHurry(CompletableFuture<?> event, Duration limit) {
    try {
      event.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return; // whoever waits looks for himself
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the ladder has a thread of its own: nobody does
    }
  }

  private Exit unknown() {
    return new Exit(OptionalInt.empty(), Optional.empty(), false, true, "", Duration.ZERO);
  }
}
