package dev.cvt.pluginmgr.spi;

import java.nio.file.Path;
import java.util.Map;

/**
 * What a provider gets to make a sink or a backend with. Implemented by the manager alone; it may
 * gain methods.
 */
public interface Context {

  /** The settings of this entry, as written; only keys that the provider named. */
  Map<String, String> settings();

  /** The folder that relative paths in the settings start from; that of the configuration file. */
  Path base();
}
