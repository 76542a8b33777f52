package dev.cvt.goplugin.serve;

import dev.cvt.goplugin.CannotServe;
import dev.cvt.goplugin.Handshake;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * A process that is a plugin and nothing else: what belongs to a whole process (its streams, its
 * logs, its signals, its end) is taken over here and nowhere else, step by step in {@link #serve}.
 */
public final class PluginProcess {

  /** How long shutdown hooks may hold up the end, where no host is left to lose patience. */
  private static final Duration LAST_HOOKS = Duration.ofSeconds(30);

  /**
   * As long as go-plugin's hosts wait for a plugin: a host that died meanwhile is never noticed.
   */
  private static final Duration FIRST_CONNECTION = Duration.ofMinutes(1);

  private static final int SERVED = 0;
  private static final int REFUSED = 1;

  private final Map<String, String> environment;
  private final OutputStream stdout = new FileOutputStream(FileDescriptor.out);
  private final OutputStream stderr = new FileOutputStream(FileDescriptor.err);

  private PluginProcess(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * Serves until the host says to stop or is gone, and ends the process: with 0 then, with 1 where
   * it cannot begin. Does not return.
   *
   * @param explanation what a person reads who starts the program by hand
   */
  public static void serve(Handshake handshake, Served served, String explanation) {
    PluginProcess process = new PluginProcess(System.getenv());
    process.end(process.run(handshake, served, explanation));
  }

  private int run(Handshake handshake, Served served, String explanation) {
    String cookie = environment.get(handshake.cookieKey());
    if (!handshake.cookieValue().equals(cookie)) {
      System.err.println(explanation);
      System.err.println(
          "(It looks for "
              + handshake.cookieKey()
              + " in its environment, which that application sets; "
              + (cookie == null ? "it is not there.)" : "it has another value.)"));
      return REFUSED;
    }
    Interrupts.ignore();
    ParentWatch host = new ParentWatch(ProcessHandle.current()::parent);
    Agreement agreed;
    try {
      agreed = Agreement.with(HostOffer.read(environment), served, InProcess.unixSockets());
    } catch (CannotServe e) {
      new HclogHandler(stderr).install();
      logger().log(System.Logger.Level.ERROR, e.fact(), Map.entry("remedy", e.remedy()));
      return REFUSED;
    }
    Runtime.getRuntime()
        .addShutdownHook(new Thread(agreed.listening()::close, "plugin-unlink-at-exit"));
    // In the time that the host takes to connect, the server comes up: a cold JVM needs a while.
    try {
      stdout.write((agreed.line().print() + '\n').getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      return REFUSED; // nobody reads standard output: there is no host
    }
    StdioBuffer printed = new StdioBuffer();
    System.setOut(printer(printed, StdioBuffer.Channel.STDOUT));
    System.setErr(printer(printed, StdioBuffer.Channel.STDERR));
    new HclogHandler(stderr).install();
    if (Thread.getDefaultUncaughtExceptionHandler() == null) {
      Thread.setDefaultUncaughtExceptionHandler(PluginProcess::threadDied);
    }
    return serve(agreed, served, printed, host);
  }

  private int serve(Agreement agreed, Served served, StdioBuffer printed, ParentWatch host) {
    for (String item : agreed.offer().unreadableVersions()) {
      logger()
          .log(
              System.Logger.Level.WARNING,
              "the host offers a protocol version that is no number",
              Map.entry("version", item));
    }
    try {
      Endpoint endpoint = new Endpoint(agreed, served, printed, host::alarm);
      Runtime.getRuntime().addShutdownHook(new Thread(endpoint::stop, "plugin-stop-at-exit"));
      host.start(endpoint::beginStop);
      if (!endpoint.awaitHost(FIRST_CONNECTION)) {
        logger()
            .log(
                System.Logger.Level.ERROR,
                "no host has connected: the plugin ends",
                Map.entry("after_ms", FIRST_CONNECTION.toMillis()));
        return REFUSED;
      }
      endpoint.awaitStopped();
      return SERVED;
    } catch (CannotServe e) {
      logger().log(System.Logger.Level.ERROR, e.fact(), e);
      return REFUSED;
    } catch (InterruptedException e) {
      logger()
          .log(System.Logger.Level.ERROR, "the main thread was interrupted: the plugin ends", e);
      return REFUSED;
    }
  }

  /** Not in a constant: it would bring up logging before the line is out. */
  private static System.Logger logger() {
    return System.getLogger("dev.cvt.goplugin");
  }

  private static void threadDied(Thread thread, Throwable thrown) {
    logger()
        .log(
            System.Logger.Level.ERROR,
            "a thread died of what nobody caught",
            Map.entry("thread", thread.getName()),
            thrown);
  }

  private void end(int code) {
    Thread.ofPlatform()
        .daemon()
        .name("plugin-halt")
        .start(
            () -> {
              try {
                Thread.sleep(LAST_HOOKS);
              } catch (InterruptedException e) {
                // Nobody knows this thread.
              }
              Runtime.getRuntime().halt(code);
            });
    System.exit(code);
  }

  private static PrintStream printer(StdioBuffer printed, StdioBuffer.Channel channel) {
    return new PrintStream(printed.writer(channel), true, StandardCharsets.UTF_8);
  }
}
