package dev.cvt.pluginmgr.supervise;

import dev.cvt.goplugin.LogEntry;
import dev.cvt.goplugin.Output;

/**
 * A plugin's log and output, handed on to {@link System.Logger} under the plugin's own name, with
 * the level and the fields that the plugin gave. Texts arrive scrubbed.
 */
final class PluginLog {
  private final System.Logger logger;

  PluginLog(String plugin) {
    this.logger = System.getLogger("dev.cvt.pluginmgr.plugin." + plugin);
  }

  void entry(LogEntry entry) {
    if (logger.isLoggable(entry.level())) {
      logger.log(entry.level(), text(entry));
    }
  }

  void output(Output output) {
    if (logger.isLoggable(System.Logger.Level.DEBUG)) {
      String stream = output.stream() == Output.Stream.STDOUT ? "stdout: " : "stderr: ";
      String cut = output.missing() == 0 ? "" : " [" + output.missing() + " bytes cut]";
      logger.log(System.Logger.Level.DEBUG, stream + output.text() + cut);
    }
  }

  /**
   * The message, then each field as {@code key=value}, quoted where a reader could lose his way.
   */
  static String text(LogEntry entry) {
    var text = new StringBuilder();
    if (!entry.module().isEmpty()) {
      text.append(entry.module()).append(": ");
    }
    text.append(entry.message());
    entry.fields().forEach((key, value) -> append(text.append(' ').append(key).append('='), value));
    return text.toString();
  }

  private static void append(StringBuilder text, String value) {
    boolean plain =
        !value.isEmpty()
            && value.chars().allMatch(c -> c > ' ' && c != '"' && c != '=' && c != 0x7f);
    if (plain) {
      text.append(value);
    } else {
      text.append('"').append(value.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
    }
  }
}
