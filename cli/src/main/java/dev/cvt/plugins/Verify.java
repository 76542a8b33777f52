package dev.cvt.plugins;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.cvt.pluginmgr.StateFile;
import dev.cvt.pluginmgr.StateFile.Entry;
import dev.cvt.pluginmgr.StateFile.Refused;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cvt-plugins verify}. */
@Command(
    name = "verify",
    description = "Hashes installed binaries again and holds them against the state file.",
    footer = {"", "Examples:", "  cvt-plugins verify", "  cvt-plugins verify rest --json"})
final class Verify extends Subcommand {
  @Parameters(arity = "0..1", paramLabel = "NAME", description = "The plugin; all without it.")
  private @Nullable String name;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  @Override
  boolean takes(List<String> words) {
    name = words.isEmpty() ? null : words.getFirst();
    return words.size() <= 1;
  }

  /** What became of one plugin; empty texts if it is as it was installed. */
  private record Result(String plugin, String sha256, String problem) {
    boolean ok() {
      return problem.isEmpty();
    }
  }

  @Override
  public Integer call() throws InterruptedException, IOException {
    HashAhead.begin();
    Terminal terminal = context().terminal();
    StateFile state = context().state();
    List<Result> results = verify(state, wanted(state.read().plugins()), terminal);
    if (json) {
      terminal.print(
          JSON.std.asString(Map.of("plugins", results.stream().map(Verify::fields).toList())));
    } else if (results.isEmpty()) {
      terminal.print("No plugins installed.");
    } else {
      for (Result result : results) {
        terminal.print(
            (result.ok() ? terminal.green("ok      ") : terminal.red("refused "))
                + " "
                + result.plugin()
                + "  "
                + (result.ok() ? result.sha256() : result.problem()));
      }
    }
    return results.stream().allMatch(Result::ok) ? ExitCode.OK : ExitCode.FAILED;
  }

  private SortedMap<String, Entry> wanted(SortedMap<String, Entry> all) {
    if (name == null) {
      return all;
    }
    Entry entry = all.get(name);
    if (entry == null) {
      throw NotInstalled.of(name, all.keySet());
    }
    return new TreeMap<>(Map.of(name, entry));
  }

  private static List<Result> verify(
      StateFile state, SortedMap<String, Entry> entries, Terminal terminal)
      throws InterruptedException {
    Terminal.Progress progress = terminal.progress("verifying");
    // As many as there are processors: hashing is all they do.
    try (ExecutorService pool =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      List<Future<Result>> running = new ArrayList<>();
      entries.forEach(
          (plugin, entry) ->
              running.add(pool.submit(() -> verify(state, plugin, entry, progress))));
      List<Result> results = new ArrayList<>();
      for (Future<Result> one : running) {
        results.add(one.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      progress.done();
    }
  }

  private static Result verify(
      StateFile state, String plugin, Entry entry, Terminal.Progress progress)
      throws InterruptedException {
    try {
      return new Result(plugin, state.verify(entry, Install.shownOn(progress)).sha256(), "");
    } catch (Refused e) {
      return new Result(plugin, "", String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, Object> fields(Result result) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", result.plugin());
    fields.put("ok", result.ok());
    fields.put(
        result.ok() ? "sha256" : "problem", result.ok() ? result.sha256() : result.problem());
    return fields;
  }
}
