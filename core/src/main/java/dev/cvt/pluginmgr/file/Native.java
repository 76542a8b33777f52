package dev.cvt.pluginmgr.file;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.Charset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The three system calls of {@link Flock}. A result below zero is the error number, negated.
 *
 * <p>The JVM warns at the first use unless started with {@code
 * --enable-native-access=dev.cvt.pluginmgr}; with {@code --illegal-native-access=deny} there is no
 * native access, which is logged once.
 */
final class Native {

  static final int LOCK_EX = 2;
  static final int LOCK_NB = 4;

  private static final Logger LOG = System.getLogger("dev.cvt.pluginmgr.file");
  private static final boolean LINUX = os().startsWith("linux");
  private static final boolean MAC = os().startsWith("mac");

  private Native() {}

  /** Whether this system has {@code flock(2)} and lets us call it. */
  static boolean available() {
    return (LINUX || MAC) && Calls.INSTANCE != null;
  }

  /** Loads everything, by a call that fails on purpose. */
  static void warmUp() {
    if (available()) {
      int _ = flock(-1, LOCK_EX | LOCK_NB);
    }
  }

  static int open(String path) {
    try (var arena = Arena.ofConfined()) {
      var errno = arena.allocate(Calls.STATE);
      var name = arena.allocateFrom(path, pathCharset());
      int result = (int) calls().open.invokeExact(errno, name, MAC ? 0x1000002 : 02000002);
      return result < 0 ? -error(errno) : result;
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int flock(int fd, int operation) {
    try (var arena = Arena.ofConfined()) {
      var errno = arena.allocate(Calls.STATE);
      int result = (int) calls().flock.invokeExact(errno, fd, operation);
      return result < 0 ? -error(errno) : result;
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static void close(int fd) {
    try {
      int _ = (int) calls().close.invokeExact(fd);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static Failure nameOf(int result) {
    return switch (-result) {
      case 4 -> Failure.INTERRUPTED;
      case 11 -> LINUX ? Failure.WOULD_BLOCK : Failure.OTHER;
      case 35 -> MAC ? Failure.WOULD_BLOCK : Failure.OTHER;
      case 37, 38, 95 -> LINUX ? Failure.UNSUPPORTED : Failure.OTHER; // ENOLCK, ENOSYS, EOPNOTSUPP
      case 45, 77, 78, 102 -> MAC ? Failure.UNSUPPORTED : Failure.OTHER; // ENOTSUP first
      default -> Failure.OTHER;
    };
  }

  enum Failure {
    INTERRUPTED,
    WOULD_BLOCK,
    UNSUPPORTED,
    OTHER
  }

  private static int error(MemorySegment state) {
    return (int) Calls.ERRNO.get(state, 0L);
  }

  private static Calls calls() {
    var calls = Calls.INSTANCE;
    if (calls == null) {
      throw new IllegalStateException("no flock(2) here");
    }
    return calls;
  }

  private static IllegalStateException unexpected(Throwable t) {
    if (t instanceof IllegalStateException e) {
      return e;
    }
    return new IllegalStateException("a native call with fixed arguments failed to link", t);
  }

  private static Charset pathCharset() {
    return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
  }

  private static String os() {
    return System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
  }

  /** Loaded at the first lock, not before: linking costs more than a whole transaction. */
  private record Calls(MethodHandle open, MethodHandle flock, MethodHandle close) {

    static final StructLayout STATE = Linker.Option.captureStateLayout();
    static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    static final @Nullable Calls INSTANCE = link();

    @SuppressWarnings("restricted") // the one place that calls native code
    private static @Nullable Calls link() {
      try {
        var linker = Linker.nativeLinker();
        var names = linker.defaultLookup();
        var errno = Linker.Option.captureCallState("errno");
        return new Calls(
            linker.downcallHandle(
                names.findOrThrow("open"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
                Linker.Option.firstVariadicArg(2),
                errno),
            linker.downcallHandle(
                names.findOrThrow("flock"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT),
                errno),
            linker.downcallHandle(
                names.findOrThrow("close"), FunctionDescriptor.of(JAVA_INT, JAVA_INT)));
      } catch (IllegalCallerException | UnsupportedOperationException | LinkageError e) {
        LOG.log(
            Level.WARNING,
            "flock(2) cannot be called, so Go programs are not kept out while this one changes"
                + " what is installed; start java with --enable-native-access=dev.cvt.pluginmgr",
            e);
        return null;
      }
    }
  }
}
