package dev.cvt.pluginmgr.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The law of this module: what others implement asks no more of them than it did at first. */
class EvolutionTest {

  static Stream<Arguments> asked() {
    return Stream.of(
        Arguments.of(AuditSink.class, List.of("record")),
        Arguments.of(AuditSinkProvider.class, List.of("create", "id", "keys")),
        Arguments.of(MetricsBackend.class, List.of("counter", "gauge", "histogram")),
        Arguments.of(MetricsBackend.Family.class, List.of("remove", "with")),
        Arguments.of(MetricsBackend.Counter.class, List.of("add")),
        Arguments.of(MetricsBackend.Gauge.class, List.of("set")),
        Arguments.of(MetricsBackend.Histogram.class, List.of("observe")),
        Arguments.of(MetricsBackendProvider.class, List.of("create", "id", "keys")));
  }

  @ParameterizedTest
  @MethodSource("asked")
  void abstractMethods_areThoseOfTheFirstDay(Class<?> type, List<String> methods) {
    assertThat(
            Arrays.stream(type.getMethods())
                .filter(method -> Modifier.isAbstract(method.getModifiers()))
                .map(Method::getName)
                .sorted())
        .isEqualTo(methods);
  }

  @Test
  void aSinkOfOneMethod_hearsOfEventsAndItsEnd_withoutDoingAnything() {
    AuditSink sink = record -> {};
    sink.event(Recorded.EVENT);
    sink.close();
    assertThat(sink).isInstanceOf(AuditSink.class);
  }

  @Test
  void aBackendOfThreeMethods_isServedNowhere() {
    assertThat(MetricsBackend.none().address()).isEmpty();
  }

  @Test
  void theModule_needsNothingButJava() {
    var descriptor = AuditSink.class.getModule().getDescriptor();
    assertThat(descriptor.requires())
        .filteredOn(
            needed ->
                !needed
                    .modifiers()
                    .contains(java.lang.module.ModuleDescriptor.Requires.Modifier.STATIC))
        .extracting(java.lang.module.ModuleDescriptor.Requires::name)
        .containsExactly("java.base");
  }
}
