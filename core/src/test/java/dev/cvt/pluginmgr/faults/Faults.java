package dev.cvt.pluginmgr.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** What goes wrong, and when. Counts the calls from 1. */
public final class Faults {

  /** Decides about one call. */
  @FunctionalInterface
  public interface Plan {
    /** Returns to let the call through; throws to fail it. */
    void at(Call call) throws IOException;
  }

  /**
   * A call of the file system.
   *
   * @param number its number, from 1
   * @param operation what it does, such as "move" or "force"
   * @param path what it does it to
   */
  public record Call(int number, String operation, Path path) {}

  /** The process died: nothing it does from here on happens. */
  public static final class Crash extends Error {
    private static final long serialVersionUID = 1;

    Crash(Call call) {
      super("died at " + call);
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Plan plan;
  private final List<Call> calls = new ArrayList<>(); // guarded by lock
  private boolean dead; // guarded by lock

  private Faults(Plan plan) {
    this.plan = plan;
  }

  /** Nothing goes wrong; the calls are counted. */
  public static Faults none() {
    return new Faults(_ -> {});
  }

  /** What a plan says. */
  public static Faults of(Plan plan) {
    return new Faults(plan);
  }

  /** One call fails. */
  public static Faults failing(int number, Supplier<IOException> failure) {
    return new Faults(
        call -> {
          if (call.number() == number) {
            throw failure.get();
          }
        });
  }

  /** From one call on, all fail. */
  public static Faults failingFrom(int number, Supplier<IOException> failure) {
    return new Faults(
        call -> {
          if (call.number() >= number) {
            throw failure.get();
          }
        });
  }

  /** The process dies just before one call. */
  public static Faults dyingAt(int number) {
    return new Faults(
        call -> {
          if (call.number() == number) {
            throw new Crash(call);
          }
        });
  }

  /** The calls so far, the failed ones included. */
  public List<Call> calls() {
    lock.lock();
    try {
      return List.copyOf(calls);
    } finally {
      lock.unlock();
    }
  }

  void call(String operation, Path path) throws IOException {
    Call call;
    lock.lock();
    try {
      call = new Call(calls.size() + 1, operation, path);
      if (dead) {
        throw new Crash(call);
      }
      calls.add(call);
    } finally {
      lock.unlock();
    }
    try {
      plan.at(call);
    } catch (Crash e) {
      lock.lock();
      try {
        dead = true;
      } finally {
        lock.unlock();
      }
      throw e;
    }
  }
}
