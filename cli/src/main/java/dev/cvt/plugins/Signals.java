package dev.cvt.plugins;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The signals that this process gets, one after another, in place of what the JVM does about them.
 *
 * <p>The JDK's only door to them is {@code sun.misc.Signal} of module {@code jdk.unsupported}. It
 * is opened by reflection, since javac warns of every mention of it.
 */
final class Signals implements AutoCloseable {
  private static final Set<String> ENDING = Set.of("INT", "TERM");

  private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
  private volatile @Nullable Thread waiting;
  private final List<Undo> undone = new ArrayList<>();

  private Signals() {}

  /** Gives a signal back to whom it belonged to. */
  private interface Undo {
    void run() throws ReflectiveOperationException;
  }

  /** Catches these from now on, until it is closed. */
  @SuppressWarnings("ReferenceEquality") // a handler equals itself alone
  static Signals caught(String... names) {
    Signals signals = new Signals();
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      for (String name : names) {
        Object queueing =
            Proxy.newProxyInstance(
                handler.getClassLoader(),
                new Class<?>[] {handler},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "handle" -> {
                        signals.arrive(name);
                        yield null;
                      }
                      case "hashCode" -> System.identityHashCode(proxy);
                      case "equals" -> proxy == arguments[0];
                      default -> "queues SIG" + name;
                    });
        Object caught = signal.getConstructor(String.class).newInstance(name);
        Method handle = signal.getMethod("handle", signal, handler);
        Object before = handle.invoke(null, caught, queueing);
        signals.undone.add(() -> handle.invoke(null, caught, before));
      }
    } catch (ReflectiveOperationException e) {
      throw refused(e);
    }
    return signals;
  }

  private static Failures.Told refused(ReflectiveOperationException e) {
    return new Failures.Told(
        "this Java runtime cannot catch signals: "
            + e
            + "; use one that has the module jdk.unsupported");
  }

  private void arrive(String name) {
    arrived.add(name);
    Thread thread = waiting;
    if (thread != null && ENDING.contains(name)) {
      thread.interrupt();
    }
  }

  /** From now on those that end a program interrupt this thread as well, whatever it waits for. */
  void interrupt(Thread thread) {
    waiting = thread;
  }

  /** Whether one that ends a program has arrived and was not waited for. */
  boolean end() {
    return arrived.stream().anyMatch(ENDING::contains);
  }

  /** Waits for the next one; its name is without SIG. */
  String next() throws InterruptedException {
    return arrived.take();
  }

  /** Gives them back; those that have arrived and were not waited for are lost. */
  @Override
  public void close() {
    try {
      for (Undo undo : undone) {
        undo.run();
      }
    } catch (ReflectiveOperationException e) {
      throw refused(e);
    }
  }
}
