package dev.cvt.pluginmgr.supervise;

import java.util.List;

/**
 * What runs under a plugin's name.
 *
 * @param reportedVersion {@code name/version} as the plugin says itself, scrubbed; empty if it
 *     never ran
 * @param sha256 of the binary that runs; empty if it never ran
 * @param pid of its process; 0 if none runs
 * @param services that it declares, in its order
 */
public record Identity(String reportedVersion, String sha256, long pid, List<String> services) {
  /** Of a plugin that never ran. */
  public static final Identity NOBODY = new Identity("", "", 0, List.of());

  /** Copies the services. */
  public Identity {
    services = List.copyOf(services);
  }

  /** The same, after its process has ended. */
  Identity gone() {
    return new Identity(reportedVersion, sha256, 0, services);
  }
}
