package dev.cvt.goplugin.serve;

import java.lang.reflect.Constructor;

/**
 * Has this process ignore SIGINT: Ctrl-C in the host's terminal goes to the whole process group,
 * and what it means is for the host to say.
 *
 * <p>The JDK's only door to signals is {@code sun.misc.Signal} of module {@code jdk.unsupported},
 * which Netty and protobuf use as well, so that it is always there. It is opened by reflection:
 * javac warns of every mention of it, and a runtime without it must still serve.
 */
final class Interrupts {

  private Interrupts() {}

  /** Ignores them from now on, for the life of the process and for its children. */
  static void ignore() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Constructor<?> named = signal.getConstructor(String.class);
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, named.newInstance("INT"), handler.getField("SIG_IGN").get(null));
    } catch (ReflectiveOperationException e) {
      System.getLogger("dev.cvt.goplugin")
          .log(System.Logger.Level.DEBUG, "this runtime cannot ignore SIGINT", e);
    }
  }
}
