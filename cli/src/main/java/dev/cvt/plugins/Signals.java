package dev.cvt.plugins;

import java.lang.reflect.Proxy;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The signals that this process gets, one after another, in place of what the JVM does about them.
 *
 * <p>The JDK's only door to them is {@code sun.misc.Signal} of module {@code jdk.unsupported}. It
 * is opened by reflection, since javac warns of every mention of it.
 */
final class Signals {
  private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();

  private Signals() {}

  /** Catches these from now on, for the life of the process. */
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
                        signals.arrived.add(name);
                        yield null;
                      }
                      case "hashCode" -> System.identityHashCode(proxy);
                      case "equals" -> proxy == arguments[0];
                      default -> "queues SIG" + name;
                    });
        signal
            .getMethod("handle", signal, handler)
            .invoke(null, signal.getConstructor(String.class).newInstance(name), queueing);
      }
    } catch (ReflectiveOperationException e) {
      throw new Failures.Told(
          "this Java runtime cannot catch signals: "
              + e
              + "; use one that has the module jdk.unsupported");
    }
    return signals;
  }

  /** Waits for the next one; its name is without SIG. */
  String next() throws InterruptedException {
    return arrived.take();
  }
}
