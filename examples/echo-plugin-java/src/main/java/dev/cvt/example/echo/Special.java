package dev.cvt.example.echo;

import static dev.cvt.example.echo.EchoConfig.BYTEWISE;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.cvt.plugin.events.v1.BreakingChange;
import dev.cvt.plugin.events.v1.ValidationError;
import dev.cvt.plugin.registry.v1.EndpointUsage;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.sdk.Refusal;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Knows the schema ids that mean something. Thread-safe. */
final class Special {

  private static final int MAX_BIG = 256 << 20;

  private static final Map<String, System.Logger.Level> LEVELS =
      Map.of(
          "trace", System.Logger.Level.TRACE,
          "debug", System.Logger.Level.DEBUG,
          "info", System.Logger.Level.INFO,
          "warn", System.Logger.Level.WARNING,
          "error", System.Logger.Level.ERROR);

  private final System.Logger log;
  private final EchoConfig config;

  Special(System.Logger log, EchoConfig config) {
    this.log = log;
    this.config = config;
  }

  /** The spec that replaces the echo, if any; obeys the schema id otherwise. */
  Optional<ByteString> answer(FetchSchemaRequest request) throws IOException, InterruptedException {
    String id = request.getSchemaId();
    return switch (id) {
      case "env" -> Optional.of(lines(System.getenv().keySet().stream().sorted(BYTEWISE).toList()));
      case "pid" -> Optional.of(text(ProcessHandle.current().pid()));
      case "order" -> Optional.of(lines(config.delivered()));
      case "spawn" -> Optional.of(spawn(Redirect.DISCARD));
      case "spawn:pipes" -> Optional.of(spawn(Redirect.INHERIT));
      default -> {
        if (id.startsWith("big:")) {
          yield Optional.of(big(id));
        }
        obey(id, request.getRequestId());
        yield Optional.empty();
      }
    };
  }

  /** Obeys the schema id, then logs the whole request; false where the id is {@code nack}. */
  boolean note(String method, Message request) throws IOException, InterruptedException {
    Map<String, String> fields = new TreeMap<>();
    for (FieldDescriptor field : request.getDescriptorForType().getFields()) {
      fields.put(field.getName(), shown(request.getField(field)));
    }
    obey(fields.getOrDefault("schema_id", ""), fields.getOrDefault("request_id", ""));
    log.log(System.Logger.Level.INFO, method, fields.entrySet().toArray());
    return !"nack".equals(fields.get("schema_id"));
  }

  private static String shown(Object value) {
    return switch (value) {
      case Collection<?> list ->
          list.stream().map(Special::shown).collect(Collectors.joining("; "));
      case EndpointUsage e ->
          (e.getMethod() + " " + e.getPath() + " " + String.join(",", e.getUsedFieldsList()))
              .strip();
      case BreakingChange change -> change.getKind();
      case ValidationError error -> error.getKind();
      default -> value.toString();
    };
  }

  /** Does what the schema id asks for before the method answers, or instead of it. */
  private void obey(String id, String requestId) throws IOException, InterruptedException {
    String[] words = id.split(":", 2);
    if (words.length == 1) {
      switch (id) {
        case "missing" -> throw Refusal.notFound("schema \"missing\" does not exist");
        case "crash" -> crash();
        default -> {}
      }
      return;
    }
    switch (words[0]) {
      case "sleep" -> Thread.sleep(EchoConfig.wait(words[1], unreadable(id)));
      case "error" -> throw failure(id, words[1].split(":", 2));
      case "log" -> log(id, words[1].split(":", 2), requestId);
      case "print" -> {
        System.out.println(words[1]);
        System.err.println(words[1]);
      }
      default -> {}
    }
  }

  private void log(String id, String[] words, String requestId) {
    if (!LEVELS.containsKey(words[0])) {
      throw Refusal.invalid(unreadable(id));
    }
    String text = words.length == 1 ? "" : words[1];
    log.log(LEVELS.get(words[0]), "{0}", text, Map.entry("request_id", requestId));
  }

  /** Looks to the host like a Go program that panicked, save for the exit code. */
  private static void crash() throws IOException {
    String dump = "panic: crash was asked for\n\ngoroutine 1 [running]:\nmain.crash()\n";
    try (OutputStream stderr = new FileOutputStream(FileDescriptor.err)) {
      stderr.write(dump.getBytes(UTF_8));
    }
    Runtime.getRuntime().halt(42);
  }

  /** Leaves a child behind that nobody waits for. */
  private static ByteString spawn(Redirect output) throws IOException {
    Process child =
        new ProcessBuilder("sleep", "300")
            .redirectInput(new File("/dev/null"))
            .redirectOutput(output)
            .redirectError(output)
            .start();
    return text(child.pid());
  }

  private static ByteString big(String id) {
    String size = id.substring("big:".length());
    if (!size.matches("[0-9]{1,9}") || Integer.parseInt(size) > MAX_BIG) {
      throw Refusal.invalid(unreadable(id));
    }
    return ByteString.copyFromUtf8("x".repeat(Integer.parseInt(size)));
  }

  private static Refusal failure(String id, String[] words) {
    try {
      if (words.length == 2) {
        return new Refusal(Refusal.Code.valueOf(words[0]), words[1]);
      }
    } catch (IllegalArgumentException e) {
      // As unreadable as an id without a message.
    }
    return Refusal.invalid(unreadable(id));
  }

  private static String unreadable(String id) {
    return "cannot read the schema_id \"" + id + "\"";
  }

  private static ByteString text(long number) {
    return ByteString.copyFromUtf8(Long.toString(number));
  }

  private static ByteString lines(Collection<String> names) {
    return ByteString.copyFromUtf8(
        names.stream().map(name -> name + "\n").collect(Collectors.joining()));
  }
}
