package dev.cvt.goplugin.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.module.ModuleDescriptor.Provides;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HclogHandlerTest {

  private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
  private final HclogHandler handler = new HclogHandler(stderr);

  @ParameterizedTest
  @CsvSource({
    "FINEST, trace",
    "FINER, trace",
    "FINE, debug",
    "CONFIG, debug",
    "INFO, info",
    "WARNING, warn",
    "SEVERE, error",
  })
  void levels_become_those_of_hclog(String level, String name) {
    handler.publish(new LogRecord(Level.parse(level), "m"));
    assertThat(stderr.toString(UTF_8)).startsWith("{\"@level\":\"" + name + "\",");
  }

  @Test
  void parameters_that_are_entries_become_fields_and_others_go_into_the_text() {
    LogRecord logged = new LogRecord(Level.INFO, "fetched {0} of {1}");
    logged.setParameters(new Object[] {2, "it's", Map.entry("schema_id", "pets")});
    logged.setLoggerName("echo");
    handler.publish(logged);
    assertThat(stderr.toString(UTF_8))
        .contains("\"@message\":\"fetched 2 of it's\",\"@module\":\"echo\",")
        .endsWith(",\"schema_id\":\"pets\"}\n");
  }

  @Test
  void a_parameter_that_was_thrown_is_the_error() {
    LogRecord logged = new LogRecord(Level.SEVERE, "m");
    logged.setParameters(new Object[] {Map.entry("k", "v"), new IOException("gone")});
    handler.publish(logged);
    assertThat(stderr.toString(UTF_8))
        .contains(",\"k\":\"v\",\"error\":\"java.io.IOException: gone\",\"stacktrace\":");
  }

  @Test
  void braces_without_parameters_stay() {
    handler.publish(new LogRecord(Level.INFO, "{0} 'quoted'"));
    assertThat(stderr.toString(UTF_8)).contains("\"@message\":\"{0} 'quoted'\"");
  }

  /** One would take over the log of every host and test that has this module in its graph. */
  @Test
  void the_module_brings_no_finder_of_loggers() {
    assertThat(HclogHandler.class.getModule().getDescriptor().provides())
        .extracting(Provides::service)
        .doesNotContain(System.LoggerFinder.class.getName());
  }

  @Test
  void a_host_that_is_gone_does_not_disturb_the_caller() {
    HclogHandler broken =
        new HclogHandler(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
              }
            });
    broken.publish(new LogRecord(Level.INFO, "m")); // must not throw
    assertThat(stderr.size()).isZero();
  }
}
