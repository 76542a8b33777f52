package dev.cvt.plugin.sdk.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The levels of this JVM's loggers while plugins run in it: all are let through, as in a plugin's
 * process, but for those that talk to their own developers. There is one set of loggers in a JVM,
 * and so one count of those who need it: the last one leaves the levels as the first one found
 * them. Thread-safe.
 */
final class JvmLevels {

  /** As in a plugin's process: hundreds of records a call below INFO. */
  private static final List<String> CHATTY =
      List.of("io.grpc", "io.netty", "io.perfmark", "java", "javax", "jdk", "sun", "com.sun");

  // Both guarded by the class.
  private static final List<Before> BEFORE = new ArrayList<>();
  private static int users;

  /** What there was; null stands for the parent's level. */
  private record Before(Logger logger, @Nullable Level level) {}

  private JvmLevels() {}

  static synchronized void raise() {
    if (users++ > 0) {
      return;
    }
    set(LogManager.getLogManager().getLogger(""), Level.ALL);
    for (String name : CHATTY) {
      Logger logger = Logger.getLogger(name);
      if (logger.getLevel() == null) { // whoever has set one wants to see it
        set(logger, Level.INFO);
      }
    }
  }

  private static void set(Logger logger, Level level) {
    BEFORE.add(new Before(logger, logger.getLevel()));
    logger.setLevel(level);
  }

  static synchronized void lower() {
    if (--users > 0) {
      return;
    }
    BEFORE.forEach(before -> before.logger().setLevel(before.level()));
    BEFORE.clear();
  }
}
