package dev.cvt.plugins;

import com.google.protobuf.Message;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Config.Hook;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.spi.MetricsBackend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cvt-plugins call}. */
@Command(
    name = "call",
    description =
        "Starts the plugin that is bound to a hook, calls it once, and prints the answer.",
    footer = {
      "",
      "Examples:",
      "  cvt-plugins call fetch_schema '{\"schemaId\":\"pets\"}'",
      "  cvt-plugins call register_consumer_usage - < usage.json",
      "",
      "The answer is printed as protobuf JSON, the audit record goes where the",
      "configuration says, to standard error if it says nothing.",
      "",
      "Exit codes: 0 answered, 1 not started, 3 the call failed, 4 timed out.",
      "Where a host would go on without an answer (on_error: fail_open, or a hook",
      "that the plugin leaves out), so does this: with what a host gets, and 0."
    })
final class Call extends Subcommand {
  private static final String EMPTY = "{}";

  /** In bytes. */
  private static final int LONGEST = 64 << 20;

  /** The words that a shell can complete. */
  static final class HookNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Hook.values()).map(Hook::key).iterator();
    }
  }

  @Parameters(
      index = "0",
      paramLabel = "HOOK",
      completionCandidates = HookNames.class,
      description = "One of: ${COMPLETION-CANDIDATES}.")
  private String hook;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "JSON",
      defaultValue = EMPTY,
      description = "The request as protobuf JSON; - reads standard input.")
  private String json;

  @Override
  boolean takes(List<String> words) {
    if (words.isEmpty() || words.size() > 2) {
      return false;
    }
    hook = words.getFirst();
    json = words.size() == 1 ? EMPTY : words.getLast();
    return true;
  }

  @Override
  public Integer call() throws InterruptedException {
    Terminal terminal = context().terminal();
    Hook wanted = HookCall.hook(hook);
    HookCall.load(wanted);
    String text = json.equals("-") ? given() : json;
    Config config = onlyFor(wanted, context().config());
    Message request = HookCall.request(wanted, text);
    if (config.plugins().isEmpty()) {
      terminal.tell("No plugin is bound to " + hook + ": a host does without.");
    }
    // One call is nothing to scrape, and a manager that runs may have the port already.
    Manager.Builder builder =
        Manager.builder(config, context().state()).metrics(MetricsBackend.none());
    context().providers().ifPresent(builder::layer);
    try (Manager manager = builder.build()) {
      manager.start();
      Optional<? extends Message> answer = HookCall.make(manager.hooks(), request);
      terminal.print(answer.map(ProtoJson::print).orElse("null"));
    }
    return ExitCode.OK;
  }

  /** The request on standard input. */
  private String given() {
    try {
      byte[] bytes = context().input().readNBytes(LONGEST + 1);
      if (bytes.length > LONGEST) {
        throw new Failures.Told(
            "the request on standard input has over 64 MiB; give a shorter one", ExitCode.USAGE);
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new Failures.Told(
          "the request on standard input is not in UTF-8; convert it, as by iconv -f LATIN1",
          ExitCode.USAGE);
    } catch (IOException e) {
      throw new Failures.Told(
          "the request on standard input cannot be read: " + e.getMessage() + "; give it a file");
    }
  }

  /** The configuration without the plugins that this call does not need. */
  private static Config onlyFor(Hook hook, Config config) {
    Config.Builder only = config.toBuilder();
    String bound = config.hooks().getOrDefault(hook, "");
    config.plugins().keySet().stream().filter(name -> !name.equals(bound)).forEach(only::remove);
    return only.build();
  }
}
