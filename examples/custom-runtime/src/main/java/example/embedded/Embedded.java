package example.embedded;

import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import java.time.Duration;

/** Fetches one schema through whatever plugin is bound to the hook, and prints it. */
public final class Embedded {
  private Embedded() {}

  public static void main(String[] args) throws InterruptedException {
    var schema = args.length == 0 ? "pets" : args[0];
    var request = FetchSchemaRequest.newBuilder().setSchemaId(schema).build();
    try (var manager = Manager.builder(Config.load(Config.defaultPath())).build()) {
      manager.start();
      var answer = manager.hooks().within(Duration.ofSeconds(2)).fetchSchema(request);
      System.out.println(
          answer.map(a -> a.getSpec().toStringUtf8()).orElse("no plugin is bound to fetch_schema"));
    } catch (Config.Invalid | Manager.StartFailed | Manager.CallFailed e) {
      System.err.println(e.getMessage()); // the fact, then the remedy
      System.exit(1);
    }
  }
}
