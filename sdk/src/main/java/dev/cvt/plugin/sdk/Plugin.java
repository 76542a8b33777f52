package dev.cvt.plugin.sdk;

import dev.cvt.goplugin.PluginServer;
import dev.cvt.plugin.sdk.service.ServedPlugin;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A CVT plugin: who it is and what it does. Build one in {@code main} and serve it.
 *
 * <pre>{@code
 * public static void main(String[] args) {
 *   var registry = new MyRegistry();
 *   Plugin.named("my-registry", "1.0.0").registry(registry).config(registry::configure).serve();
 * }
 * }</pre>
 *
 * <p>Log with {@link System.Logger}: level, logger name and fields reach the host. A parameter that
 * is a {@link java.util.Map.Entry} is a field: {@code log.log(INFO, "fetched",
 * Map.entry("schema_id", id))}. What is printed to {@link System#out} reaches the host too, without
 * a level.
 *
 * <p>Not thread-safe until it serves.
 */
public final class Plugin {

  private final String name;
  private final String version;
  private Optional<RegistryProvider> registry = Optional.empty();
  private Optional<EventHandler> events = Optional.empty();
  private ConfigReceiver config = (key, value) -> {};
  private BooleanSupplier healthy = () -> true;
  private Duration grace = PluginServer.DEFAULT_GRACE;
  private int maxRequest = PluginServer.DEFAULT_MAX_MESSAGE;

  private Plugin(String name, String version) {
    this.name = name;
    this.version = version;
  }

  /**
   * Begins a plugin.
   *
   * @param name what the plugin calls itself, in the host's logs and audit records; not blank
   * @param version its version, such as {@code 1.2.0}; not blank
   */
  public static Plugin named(String name, String version) {
    if (name.isBlank() || version.isBlank()) {
      throw new IllegalArgumentException(
          "a plugin needs a name and a version, not \"" + name + "\" and \"" + version + "\"");
    }
    return new Plugin(name, version);
  }

  /** Offers {@code registry.v1}. Default: not offered. */
  public Plugin registry(RegistryProvider provider) {
    this.registry = Optional.of(provider);
    return this;
  }

  /** Offers {@code events.v1}. Default: not offered. */
  public Plugin events(EventHandler handler) {
    this.events = Optional.of(handler);
    return this;
  }

  /** Takes the values of the host's configuration. Default: any value is taken and forgotten. */
  public Plugin config(ConfigReceiver receiver) {
    this.config = receiver;
    return this;
  }

  /**
   * Whether the plugin can do its work, asked on any thread, often; a supplier that throws means
   * no. The host may restart a plugin that says no. Default: always.
   */
  public Plugin health(BooleanSupplier healthy) {
    this.healthy = healthy;
    return this;
  }

  /**
   * How long calls in flight may take once the host stops the plugin. Default 1.5 s; 0 cuts them.
   */
  public Plugin grace(Duration grace) {
    this.grace = grace;
    return this;
  }

  /** The largest request that is taken, in bytes. Default 4 MiB. */
  public Plugin maxRequest(int bytes) {
    this.maxRequest = bytes;
    return this;
  }

  /**
   * Takes over this process and serves until the host stops the plugin or is gone. Does not return:
   * the process exits with 0 after a stop, and with 1 where it cannot begin, which is also what a
   * person sees who starts it by hand, with an explanation.
   */
  public void serve() {
    new ServedPlugin(name, version, registry, events, config, healthy, grace, maxRequest)
        .server()
        .serve();
  }

  /** What it calls itself. */
  public String name() {
    return name;
  }

  /** Its version. */
  public String version() {
    return version;
  }

  /** What answers for {@code registry.v1}, where it is offered. */
  public Optional<RegistryProvider> registry() {
    return registry;
  }

  /** What answers for {@code events.v1}, where it is offered. */
  public Optional<EventHandler> events() {
    return events;
  }

  /** What takes the values of the host's configuration. */
  public ConfigReceiver config() {
    return config;
  }

  /** What says whether the plugin can do its work. */
  public BooleanSupplier health() {
    return healthy;
  }

  /** How long calls in flight may take once the host stops the plugin. */
  public Duration grace() {
    return grace;
  }

  /** The largest request that is taken, in bytes. */
  public int maxRequest() {
    return maxRequest;
  }
}
