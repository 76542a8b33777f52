package dev.cvt.goplugin;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No process lives on that could not be given its readers. */
class FewThreadsTest extends HostTest {
  @ParameterizedTest
  @ValueSource(strings = {"started", "prepared"})
  void startWithTooFewThreads_leavesNothing_andTheNextSucceeds(String how) throws Exception {
    NoThreads.run(
        FewThreads.class,
        environment(Map.of()),
        program("silent").toString(),
        sockets.toString(),
        trace(),
        how);
  }
}
