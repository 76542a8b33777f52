package dev.cvt.plugin.sdk.service;

import dev.cvt.goplugin.PluginServer;
import dev.cvt.plugin.sdk.ConfigReceiver;
import dev.cvt.plugin.sdk.EventHandler;
import dev.cvt.plugin.sdk.RegistryProvider;
import dev.cvt.plugin.sdk.protocol.CvtProtocol;
import io.grpc.BindableService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What a plugin's author declared, ready to be served.
 *
 * @param name what it calls itself
 * @param version its version
 * @param registry offered as {@code registry.v1}, if at all
 * @param events offered as {@code events.v1}, if at all
 * @param config takes the host's values
 * @param healthy whether it can do its work
 * @param grace for calls in flight at the end
 * @param maxRequest in bytes
 */
public record ServedPlugin(
    String name,
    String version,
    Optional<RegistryProvider> registry,
    Optional<EventHandler> events,
    ConfigReceiver config,
    BooleanSupplier healthy,
    Duration grace,
    int maxRequest) {

  /** The server; nothing runs yet. */
  public PluginServer server() {
    return PluginServer.builder(CvtProtocol.HANDSHAKE)
        .services(services().toArray(BindableService[]::new))
        .health(healthy)
        .grace(grace)
        .maxMessage(maxRequest)
        .explanation(
            """
            %s %s is a plugin of CVT and is not meant to be executed directly: CVT starts it.
            Install it with "cvt plugins install PATH" or "cvt-plugins install PATH", and name it
            in ~/.cvt/config.yaml.\
            """
                .formatted(name, version))
        .build();
  }

  private List<BindableService> services() {
    List<BindableService> services = new ArrayList<>();
    List<String> offered = new ArrayList<>();
    registry.ifPresent(
        provider -> {
          offered.add(CvtProtocol.REGISTRY);
          services.add(new RegistryService(provider));
        });
    events.ifPresent(
        handler -> {
          offered.add(CvtProtocol.EVENTS);
          services.add(new EventService(handler));
        });
    services.addFirst(new HandshakeService(name, version, offered, config, healthy));
    return services;
  }
}
