package dev.cvt.plugins;

import com.google.protobuf.Message;
import dev.cvt.plugin.registry.v1.FetchSchemaResponse;
import dev.cvt.pluginmgr.Config.Hook;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.spi.AuditRecord;
import java.util.Optional;

/**
 * What the demo tells, and whether all of it was as it should be. Everything it prints is searched
 * for the secret first.
 */
final class DemoTale {
  private final Terminal terminal;
  private String secret = "";
  private int chapters;
  private int wrong;
  private boolean leaked;

  DemoTale(Terminal terminal) {
    this.terminal = terminal;
  }

  /** From now on nothing that is told may hold this. */
  void secret(String value) {
    this.secret = value;
  }

  void chapter(String title) {
    chapters++;
    print("");
    print(terminal.bold(chapters + ". " + title));
  }

  void say(String text) {
    print("   " + text);
  }

  void command(String words) {
    print("   " + terminal.dim("$ cvt-plugins ") + words);
  }

  void result(String text) {
    text.lines().forEach(line -> print("     " + line));
  }

  void file(String text) {
    text.lines().forEach(line -> print("   " + terminal.dim("| ") + line));
  }

  void request(Hook hook, Message request) {
    print("   " + terminal.bold("-> " + hook.key()) + " " + ProtoJson.print(request));
  }

  /** One record, as a sink sees it, before the caller has its answer. */
  synchronized void audit(AuditRecord record) {
    print("     " + terminal.dim("audit " + record.toJson()));
  }

  /** Calls a hook and shows request, audit record (which comes by itself) and answer. */
  void call(Manager.Hooks hooks, Hook hook, String json) {
    Message request = HookCall.request(hook, json);
    request(hook, request);
    Optional<? extends Message> answer = HookCall.make(hooks, request);
    print("   " + terminal.green("<-") + " " + answer.map(DemoTale::shown).orElse("nothing"));
    check(answer.isPresent(), hook.key() + " has no answer");
  }

  private static String shown(Message answer) {
    return answer instanceof FetchSchemaResponse schema
        ? "version %s, spec %s"
            .formatted(schema.getResolvedVersion(), schema.getSpec().toStringUtf8())
        : ProtoJson.print(answer);
  }

  /** Says so if something is not as it should be. */
  void check(boolean right, String otherwise) {
    if (!right) {
      wrong(otherwise);
    }
  }

  synchronized void wrong(String what) {
    wrong++;
    print("   " + terminal.red("WRONG: ") + what);
  }

  void end() {
    check(!leaked, "the secret's value was about to be printed");
    print("");
    if (allRight()) {
      print(
          "All of it was as it should be; the secret reached the plugin and is in nothing above.");
    } else {
      print(wrong + " of it was not as it should be.");
    }
  }

  boolean allRight() {
    return wrong == 0;
  }

  private void print(String line) {
    if (!secret.isEmpty() && line.contains(secret)) {
      leaked = true;
      terminal.print(line.replace(secret, "<<< THE SECRET >>>"));
      return;
    }
    terminal.print(line);
  }
}
