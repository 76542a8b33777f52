package dev.cvt.goplugin.serve;

import dev.cvt.goplugin.Broker;
import dev.cvt.goplugin.Handshake;
import dev.cvt.goplugin.PluginServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The plugin that the tests run as a real process. */
final class ChildPlugin {

  static final Handshake HANDSHAKE = Handshake.of("TEST_PLUGIN_COOKIE", "right", 2, 3);

  private ChildPlugin() {}

  public static void main(String[] arguments) {
    PluginServer.builder(HANDSHAKE)
        .services(2, broker -> List.of(Words.service(text -> answer(text, broker))))
        .services(3, broker -> List.of(Words.service(text -> answer(text, broker))))
        .grace(Duration.ofSeconds(10))
        .build()
        .serve();
  }

  private static String answer(String text, Broker broker) throws Exception {
    String[] words = text.split(":", 2);
    System.Logger log = System.getLogger("child");
    switch (words[0]) {
      case "print" -> {
        System.out.println(words[1]);
        System.err.println(words[1]);
      }
      case "print-half" -> System.out.print(words[1]);
      case "flood" -> {
        for (int line = 0; line < Integer.parseInt(words[1]); line++) {
          System.out.println("line " + line + " " + "x".repeat(1000));
        }
      }
      case "log" -> {
        log.log(System.Logger.Level.TRACE, "traced");
        log.log(System.Logger.Level.WARNING, "warned {0}", 1, Map.entry("key", words[1]));
        Logger.getLogger("old.school").fine("fined");
        Logger.getLogger("io.grpc.chatter").fine("not for the host");
      }
      case "log-as-a-library" -> {
        var failure = new IOException(words[1]);
        log.log(System.Logger.Level.ERROR, "failed", failure);
        var record = new LogRecord(Level.FINER, "fetched {0} of {1}");
        record.setLoggerName("old.school");
        record.setParameters(new Object[] {2, 3, Map.entry("key", words[1])});
        Logger.getLogger("old.school").log(record);
        Logger.getLogger("io.grpc.chatter").log(Level.WARNING, "lost", failure);
      }
      case "throw" -> throw new IllegalStateException(words[1]);
      case "sleep" -> Thread.sleep(Long.parseLong(words[1]));
      case "die-in-a-thread" -> {
        Thread dying =
            new Thread(
                () -> {
                  throw new IllegalStateException(words[1]);
                });
        dying.start();
        dying.join();
      }
      case "callback" -> {
        var host = broker.dial(Integer.parseInt(words[1]), Duration.ofSeconds(10));
        try {
          return "host says: " + Words.say(host, "from the plugin");
        } finally {
          host.shutdownNow();
        }
      }
      case "offer" -> {
        // Until the plugin ends.
        var serving =
            broker.serve(
                broker.nextId(), List.of(Words.service(said -> words[1] + " hears " + said)));
        return Integer.toString(serving.id());
      }
      default -> {
        return text;
      }
    }
    return "done";
  }
}
