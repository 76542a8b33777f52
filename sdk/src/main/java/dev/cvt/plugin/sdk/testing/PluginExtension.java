package dev.cvt.plugin.sdk.testing;

import dev.cvt.plugin.sdk.Plugin;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Runs a plugin around each test of a JUnit class and hands it to those that have a parameter for
 * it.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final PluginExtension PLUGIN = PluginExtension.inThisJvm(MyPlugin::plugin);
 *
 * @Test
 * void knows_pets(TestedPlugin plugin) throws Exception { ... }
 * }</pre>
 *
 * <p>When a test fails, what the plugin logged and printed is added to the failure.
 */
// JUnit is not required transitively: a plugin, which requires the kit, would not compile without
// it.
@SuppressWarnings("exports")
public final class PluginExtension
    implements BeforeEachCallback, AfterEachCallback, ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(PluginExtension.class);

  private final Start start;

  private interface Start {
    TestedPlugin run() throws InterruptedException;
  }

  private PluginExtension(Start start) {
    this.start = start;
  }

  /** Runs a new plugin in the JVM of the tests for each test. */
  public static PluginExtension inThisJvm(Supplier<Plugin> plugin) {
    return new PluginExtension(() -> TestedPlugin.inThisJvm(plugin.get()));
  }

  /** Runs a new process for each test. */
  public static PluginExtension asProcess(Path program) {
    return asProcess(program, List.of(), Map.of());
  }

  /**
   * Runs a new process for each test.
   *
   * @param program what to execute
   * @param arguments for the program; hosts give none
   * @param environment variables besides PATH, HOME, LANG and TZ, which are handed down
   */
  public static PluginExtension asProcess(
      Path program, List<String> arguments, Map<String, String> environment) {
    return new PluginExtension(() -> TestedPlugin.asProcess(program, arguments, environment));
  }

  @Override
  public void beforeEach(ExtensionContext context) throws InterruptedException {
    context.getStore(NAMESPACE).put(this, start.run()); // a class may have several of these
  }

  @Override
  public void afterEach(ExtensionContext context) throws InterruptedException {
    TestedPlugin plugin = context.getStore(NAMESPACE).get(this, TestedPlugin.class);
    if (plugin == null) {
      return; // it did not start, as the test has said
    }
    plugin.stop();
    context
        .getExecutionException()
        .ifPresent(
            failure ->
                failure.addSuppressed(
                    new PluginSaid(
                        "the plugin logged "
                            + plugin.logs()
                            + " and printed "
                            + plugin.printed())));
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestedPlugin.class;
  }

  @Override
  public TestedPlugin resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return plugin(context);
  }

  private TestedPlugin plugin(ExtensionContext context) {
    TestedPlugin plugin = context.getStore(NAMESPACE).get(this, TestedPlugin.class);
    if (plugin == null) {
      throw new IllegalStateException("the plugin runs from beforeEach to afterEach only");
    }
    return plugin;
  }

  /** Not a failure of its own: it stands under the test's. */
  private static final class PluginSaid extends Exception {
    private static final long serialVersionUID = 1L;

    PluginSaid(String what) {
      super(what, null, false, false);
    }
  }
}
