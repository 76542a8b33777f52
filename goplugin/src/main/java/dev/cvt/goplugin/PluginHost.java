package dev.cvt.goplugin;

import java.nio.file.Path;
import java.util.Optional;

/** One per host program. */
@SuppressWarnings({"UnusedVariable", "DoNotCallSuggester"}) // the bodies follow
public final class PluginHost implements AutoCloseable {

  private PluginHost(Builder builder) {}

  /** Begins a host. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts. */
  public RunningPlugin start(Launch launch) throws StartFailure, InterruptedException {
    throw new UnsupportedOperationException(launch.name());
  }

  @Override
  public void close() {}

  /** Collects the parts; not thread-safe. */
  public static final class Builder {
    private String name = "goplugin";
    private Optional<Path> folder = Optional.empty();
    private boolean orphanGuard = true;
    private System.Logger logger = System.getLogger("dev.cvt.goplugin");

    private Builder() {}

    /** The name in logs and thread names. Default {@code goplugin}. */
    public Builder name(String name) {
      this.name = name;
      return this;
    }

    /** The folder to make the socket folder in. */
    public Builder folder(Path folder) {
      this.folder = Optional.of(folder);
      return this;
    }

    /** Whether a watchdog ends what a killed host leaves. Default: yes. */
    public Builder orphanGuard(boolean on) {
      this.orphanGuard = on;
      return this;
    }

    /** Where this library's own log goes, and the plugins' unless a launch says otherwise. */
    public Builder logger(System.Logger logger) {
      this.logger = logger;
      return this;
    }

    /** The host; nothing runs until the first start. */
    public PluginHost build() {
      return new PluginHost(this);
    }
  }
}
