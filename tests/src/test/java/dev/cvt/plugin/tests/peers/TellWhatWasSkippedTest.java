package dev.cvt.plugin.tests.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the build prints where it ends. */
final class TellWhatWasSkippedTest {
  private static final Path SCRIPT = Path.of("src/test/sh/tell-what-was-skipped").toAbsolutePath();
  private static final String LONG_AGO = "2000-01-01T00:00:00Z";

  @TempDir private Path folder;

  private void report(String module, String kind, String cases) throws IOException {
    var reports = Files.createDirectories(folder.resolve(module).resolve("target").resolve(kind));
    Files.writeString(
        reports.resolve("TEST-a.b.SampleTest.xml"), "<testsuite>\n" + cases + "</testsuite>\n");
  }

  private Program.Run tell(String since) {
    return Program.of(Path.of("/bin/sh"), SCRIPT, folder, since).run().ok();
  }

  @Test
  void skippedInAnyModule_isToldOnceByWhatIsMissing() throws IOException {
    report(
        "core",
        "surefire-reports",
        """
          <testcase name="passes" classname="a.b.SampleTest" time="0.0"/>
          <testcase name="aborts(String)[1]" classname="a.b.SampleTest" time="0.0">
            <skipped type="org.opentest4j.TestAbortedException"><![CDATA[org.opentest4j.TestAbortedException: Assumption failed: needs the moon: not there
        	at org.junit]]></skipped>
          </testcase>
          <testcase name="aborts(String)[2]" classname="a.b.SampleTest" time="0.0">
            <skipped type="org.opentest4j.TestAbortedException"><![CDATA[org.opentest4j.TestAbortedException: Assumption failed: needs the moon: not there
        	at org.junit]]></skipped>
          </testcase>
          <testcase name="disabled" classname="a.b.SampleTest" time="0.0">
            <skipped message="needs &lt;time&gt; &amp; &quot;money&quot;"/>
          </testcase>
        """);
    report(
        "tests",
        "failsafe-reports",
        """
          <testcase name="" classname="a.b.OtherIT" time="0.0">
            <skipped type="org.opentest4j.TestAbortedException"><![CDATA[org.opentest4j.TestAbortedException: needs the Go program 'x': needs the moon: not there]]></skipped>
          </testcase>
        """);

    assertThat(tell(LONG_AGO).out())
        .contains(
            """
            SKIPPED, since this machine lacks something: 3 tests

              needs <time> & "money"
                SampleTest.disabled

              needs the moon: not there
                OtherIT
                SampleTest.aborts
            ===\
            """);
  }

  @Test
  void reportsOfEarlierBuilds_areNotTold() throws IOException {
    report(
        "core",
        "surefire-reports",
        """
          <testcase name="disabled" classname="a.b.SampleTest" time="0.0">
            <skipped message="not today"/>
          </testcase>
        """);
    assertThat(tell(LONG_AGO).out()).contains("not today");
    assertThat(tell("2999-01-01T00:00:00Z").out()).isEmpty();
  }

  @Test
  void nothingSkipped_nothingIsTold() throws IOException {
    report(
        "core", "surefire-reports", "  <testcase name=\"passes\" classname=\"a.b.SampleTest\"/>\n");
    assertThat(tell(LONG_AGO).out()).isEmpty();
  }
}
