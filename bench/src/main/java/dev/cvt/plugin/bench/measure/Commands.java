package dev.cvt.plugin.bench.measure;

import dev.cvt.plugin.bench.Bench;
import dev.cvt.plugin.bench.Goal;
import dev.cvt.plugin.bench.Home;
import dev.cvt.plugin.bench.Measurement;
import dev.cvt.plugin.bench.subject.Hello;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whole commands, from exec to exit. */
public final class Commands implements Measurement {
  private static final int TIMES = 20;

  /** One that a schema without any content lets pass. */
  private static final String SCHEMA =
      """
      {"openapi":"3.0.0","info":{"title":"t","version":"1"},
       "paths":{"/pets":{"get":{"responses":{"200":{"description":"ok"}}}}}}
      """;

  @Override
  public String name() {
    return "commands";
  }

  @Override
  public String what() {
    return "whole commands from exec to exit: one that starts, calls and stops a plugin, and list";
  }

  @Override
  public void run(Bench bench) throws IOException, InterruptedException {
    var folder = bench.folder("commands");
    var home = Home.of(folder, bench.peers().echo(), 1, Home.audited(folder.resolve("a.log")));
    Files.writeString(folder.resolve("schema.json"), SCHEMA);
    var command = Bench.image().resolve("bin/cvt-plugins").toString();
    var cvt = bench.peers().cvt();
    int times = bench.quick() ? 2 : TIMES;
    var call = List.of(command, "call", "fetch_schema", "{\"schemaId\":\"pets\"}");
    var both =
        bench.alternate(
            times,
            () -> timed(bench, home, call),
            cvt.map(
                go ->
                    () ->
                        timed(
                            bench,
                            home,
                            List.of(
                                go,
                                "validate",
                                "--schema",
                                "schema.json",
                                "--method",
                                "GET",
                                "--path",
                                "/pets",
                                "--status-code",
                                "200"))));
    bench.add(
        both.row(
            "command-call",
            "a plugin verified, started, called, stopped; cvt validate, which starts and stops it",
            "ms",
            "ms",
            Goal.atMostTimes(6)));
    var list = List.of(command, "list");
    both =
        bench.alternate(
            times,
            () -> timed(bench, home, list),
            cvt.map(go -> () -> timed(bench, home, List.of(go, "plugins", "list"))));
    bench.add(both.row("command-list", "list; cvt plugins list", "ms", "ms", Goal.atMostTimes(6)));
    var hello = OnImage.trained(folder, Hello.class, List.of(), List.of()).command();
    both =
        bench.alternate(
            times, () -> timed(bench, home, list), Optional.of(() -> timed(bench, home, hello)));
    bench.add(
        both.row(
            "list-over-hello",
            "list; hello-world on the same runtime, with a start-up cache of its own",
            "ms",
            "ms",
            Goal.atMostTimes(1.7)));
  }

  private static Map<String, Double> timed(Bench bench, Home home, List<String> command)
      throws IOException, InterruptedException {
    return Map.of("ms", bench.run(command, home.folder()).millis());
  }
}
