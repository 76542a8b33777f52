package dev.cvt.pluginmgr.supervise;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.StateFile;
import dev.cvt.pluginmgr.install.RunFolder;
import dev.cvt.pluginmgr.install.VerifiedBinary;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that comes before a plugin's process, for one plugin and for somebody else to launch: its
 * secrets as they are now, its binary verified in a private folder, its variables. Always a private
 * copy of the binary, so that a manager which starts the same plugin at this moment is not
 * disturbed, nor disturbs.
 */
public final class Preparation implements AutoCloseable {
  private final RunFolder folder;
  private final VerifiedBinary binary;
  private final SortedMap<String, Config.Value> config;
  private final SortedMap<String, String> environment;
  private final Masks masks;

  private Preparation(
      RunFolder folder,
      VerifiedBinary binary,
      SortedMap<String, Config.Value> config,
      SortedMap<String, String> environment,
      Masks masks) {
    this.folder = folder;
    this.binary = binary;
    this.config = config;
    this.environment = environment;
    this.masks = masks;
  }

  /**
   * Prepares.
   *
   * @param host the variables from which the plugin's own are chosen
   * @throws Fleet.Failed as a start would, in the stage {@link Stage#VERIFY}
   */
  public static Preparation of(
      Config all, StateFile state, Config.Plugin plugin, Map<String, String> host)
      throws Fleet.Failed, InterruptedException {
    var masks = new Masks();
    masks.learn(all);
    var watch = new Failure.Stopwatch();
    RunFolder folder = null;
    try {
      SortedMap<String, Config.Value> config = plugin.currentConfig();
      masks.learn(config.values());
      folder = RunFolder.open(state);
      VerifiedBinary binary = folder.copy(plugin.name(), plugin.binary());
      var prepared =
          new Preparation(
              folder,
              binary,
              config,
              ChildEnvironment.of(plugin, all.plugins().values(), host, masks),
              masks);
      folder = null;
      return prepared;
    } catch (Config.Invalid e) {
      Config.Problem problem = e.problems().getFirst();
      throw failed(plugin, "CONFIG_INVALID", problem.what(), problem.remedy(), watch, e);
    } catch (StateFile.Refused e) {
      throw failed(plugin, e.reason().name(), e.what(), e.remedy(), watch, e);
    } finally {
      if (folder != null) {
        folder.close();
      }
    }
  }

  private static Fleet.Failed failed(
      Config.Plugin plugin,
      String diagnosis,
      String what,
      String remedy,
      Failure.Stopwatch watch,
      @Nullable Throwable cause) {
    return new Fleet.Failed(
        List.of(
            new Failure(
                plugin.name(),
                watch.stage(),
                diagnosis,
                what,
                remedy,
                Optional.empty(),
                "",
                watch.read(),
                Instant.now(),
                cause)));
  }

  /** What to execute. */
  public VerifiedBinary binary() {
    return binary;
  }

  /** What the plugin is to be given, in the order of delivery. */
  public SortedMap<String, Config.Value> config() {
    return new TreeMap<>(config);
  }

  /** The variables of its process, besides the protocol's. */
  public SortedMap<String, String> environment() {
    return new TreeMap<>(environment);
  }

  /** The text without any secret. */
  public String mask(String text) {
    return masks.scrub(text);
  }

  /** Takes the copy away again. Idempotent. */
  @Override
  public void close() {
    binary.close();
    folder.close();
  }
}
