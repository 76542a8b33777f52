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
import java.util.Locale;
import java.util.Map;

/**
 * A process that is a plugin and nothing else: what belongs to a whole process (its streams, its
 * logs, its signals, its end) is taken over here and nowhere else, step by step in {@link #serve}.
 */
public final class PluginProcess {

  private static final System.Logger LOG = System.getLogger("dev.cvt.goplugin");

  /** How long shutdown hooks may hold up the end, where no host is left to lose patience. */
  private static final Duration LAST_HOOKS = Duration.ofSeconds(30);

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
    StdioBuffer printed = new StdioBuffer();
    System.setOut(printer(printed, StdioBuffer.Channel.STDOUT));
    System.setErr(printer(printed, StdioBuffer.Channel.STDERR));
    new HclogHandler(stderr).install();
    try {
      serve(served, printed);
      return SERVED;
    } catch (CannotServe e) {
      LOG.log(System.Logger.Level.ERROR, e.fact(), Map.entry("remedy", e.remedy()));
      return REFUSED;
    } catch (IOException e) {
      LOG.log(System.Logger.Level.ERROR, "the host does not read standard output", e);
      return REFUSED;
    } catch (InterruptedException e) {
      LOG.log(System.Logger.Level.ERROR, "the main thread was interrupted: the plugin ends", e);
      return REFUSED;
    }
  }

  private void serve(Served served, StdioBuffer printed) throws IOException, InterruptedException {
    HostOffer offer = HostOffer.read(environment);
    for (String item : offer.unreadableVersions()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the host offers a protocol version that is no number",
          Map.entry("version", item));
    }
    ParentWatch host = new ParentWatch(ProcessHandle.current()::parent);
    Endpoint endpoint = new Endpoint(served, offer, !onWindows(), printed, host::alarm);
    Runtime.getRuntime().addShutdownHook(new Thread(endpoint::stop, "plugin-stop-at-exit"));
    String line = endpoint.line().print() + '\n';
    stdout.write(line.getBytes(StandardCharsets.UTF_8));
    host.start(endpoint::beginStop);
    endpoint.awaitStopped();
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

  private static boolean onWindows() {
    return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
  }
}
