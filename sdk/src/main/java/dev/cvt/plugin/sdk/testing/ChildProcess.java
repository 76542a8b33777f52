package dev.cvt.plugin.sdk.testing;

import dev.cvt.goplugin.Exit;
import dev.cvt.goplugin.Launch;
import dev.cvt.goplugin.PluginHost;
import dev.cvt.goplugin.RunningPlugin;
import dev.cvt.goplugin.StartFailure;
import dev.cvt.plugin.sdk.protocol.CvtProtocol;
import io.grpc.Channel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A plugin as a process of its own, under this project's host. */
final class ChildProcess implements Connection {

  private static final List<String> HANDED_DOWN = List.of("PATH", "HOME", "LANG", "TZ");
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final PluginHost host = PluginHost.builder().name("test").build();
  private final RunningPlugin plugin;

  ChildProcess(
      Path program, List<String> arguments, Map<String, String> environment, Recorder recorder)
      throws InterruptedException {
    Map<String, String> variables = new TreeMap<>();
    for (String name : HANDED_DOWN) {
      String value = System.getenv(name);
      if (value != null) {
        variables.put(name, value);
      }
    }
    variables.putAll(environment);
    Launch launch =
        Launch.builder(program, CvtProtocol.HANDSHAKE)
            .arguments(arguments)
            .environment(variables)
            .stopGrace(GRACE)
            .logs(
                entry ->
                    recorder.log(
                        new LogLine(
                            entry.level(), entry.module(), entry.message(), entry.fields())))
            .output(
                line ->
                    recorder.print(
                        new Printed(
                            switch (line.stream()) {
                              case STDOUT -> Printed.Stream.STDOUT;
                              case STDERR -> Printed.Stream.STDERR;
                            },
                            line.text())))
            .build();
    try {
      plugin = host.start(launch);
    } catch (StartFailure e) {
      host.close();
      throw new AssertionError(e.getMessage(), e);
    } catch (InterruptedException | RuntimeException e) {
      host.close();
      throw e;
    }
  }

  @Override
  public Channel channel() {
    return plugin.channel();
  }

  @Override
  public String description() {
    return "process " + plugin.pid();
  }

  @Override
  public OptionalInt awaitEnd(Duration patience) throws InterruptedException {
    try {
      Exit exit = plugin.exit().toCompletableFuture().get(patience.toNanos(), TimeUnit.NANOSECONDS);
      return OptionalInt.of(exit.code().orElse(-1));
    } catch (TimeoutException e) {
      return OptionalInt.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an end never fails", e.getCause());
    }
  }

  @Override
  public int stop() throws InterruptedException {
    try (host) {
      return plugin.stop().exit().code().orElse(-1);
    }
  }
}
