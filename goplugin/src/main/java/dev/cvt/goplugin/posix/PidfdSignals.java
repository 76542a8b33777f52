package dev.cvt.goplugin.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Signals through Linux' process file descriptors (5.3): the descriptor is opened first, the
 * process identified second, and what is sent then reaches that very process or nobody. Made on
 * first need, since a JVM's first foreign call costs it some 100 ms. Stateless.
 */
@SuppressWarnings("restricted") // asked for in the constructor, and there is another way without
final class PidfdSignals implements Signals {
  /** The same on all processors that Linux counts alike, x86-64 and AArch64 among them. */
  private static final long PIDFD_OPEN = 434;

  private static final long PIDFD_SEND_SIGNAL = 424;

  /** No such process. */
  private static final int ESRCH = 3;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

  private final ProcessTable table;
  private final MethodHandle open;
  private final MethodHandle send;
  private final MethodHandle close;

  /** Thrown where the system does not know such descriptors, or forbids them. */
  static final class Unsupported extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unsupported(String message) {
      super(message);
    }
  }

  /**
   * Binds to the system.
   *
   * @throws Unsupported if this JVM may not, or the system is another
   */
  PidfdSignals(ProcessTable table) {
    this.table = table;
    if (!PidfdSignals.class.getModule().isNativeAccessEnabled()) {
      throw new Unsupported("native access is not enabled for " + PidfdSignals.class.getModule());
    }
    var linker = Linker.nativeLinker();
    var symbols = linker.defaultLookup();
    var errno = Linker.Option.captureCallState("errno");
    open =
        linker.downcallHandle(
            symbol(symbols, "syscall"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG),
            errno,
            Linker.Option.firstVariadicArg(1));
    send =
        linker.downcallHandle(
            symbol(symbols, "syscall"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG),
            errno,
            Linker.Option.firstVariadicArg(1));
    close =
        linker.downcallHandle(
            symbol(symbols, "close"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  }

  private static MemorySegment symbol(SymbolLookup symbols, String name) {
    return symbols.find(name).orElseThrow(() -> new Unsupported("no " + name + " here"));
  }

  @Override
  public boolean send(ProcessTable.Entry target, Kind kind) {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(STATE);
      long descriptor = (long) open.invokeExact(state, PIDFD_OPEN, target.pid(), 0L);
      if (descriptor < 0) {
        int error = (int) ERRNO.get(state, 0L);
        if (error == ESRCH) {
          return false;
        }
        throw new Unsupported("pidfd_open fails with error " + error);
      }
      try {
        return table.find(target.pid()).filter(target::same).isPresent()
            && (long)
                    send.invokeExact(
                        state,
                        PIDFD_SEND_SIGNAL,
                        descriptor,
                        (long) kind.number(),
                        MemorySegment.NULL,
                        0L)
                == 0;
      } finally {
        var _ = (int) close.invokeExact((int) descriptor);
      }
    } catch (Unsupported e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a call of the system went wrong", e);
    }
  }
}
