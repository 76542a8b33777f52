package dev.cvt.pluginmgr.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.goplugin.LogEntry;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PluginLogTest {
  private static LogEntry entry(String module, Map<String, String> fields) {
    return new LogEntry(
        System.Logger.Level.INFO,
        "schema fetched",
        module,
        fields,
        Instant.EPOCH,
        LogEntry.Kind.STRUCTURED);
  }

  @Test
  void text_hasModuleMessageAndFieldsInTheirOrder() {
    var fields = new LinkedHashMap<String, String>();
    fields.put("schema", "pets");
    fields.put("bytes", "42");

    assertThat(PluginLog.text(entry("echo.registry", fields)))
        .isEqualTo("echo.registry: schema fetched schema=pets bytes=42");
  }

  @Test
  void text_quotesValuesInWhichAReaderCouldLoseHisWay() {
    var fields = new LinkedHashMap<String, String>();
    fields.put("a", "two words");
    fields.put("b", "");
    fields.put("c", "say \"so\\");
    fields.put("d", "x=1");

    assertThat(PluginLog.text(entry("", fields)))
        .isEqualTo("schema fetched a=\"two words\" b=\"\" c=\"say \\\"so\\\\\" d=\"x=1\"");
  }
}
