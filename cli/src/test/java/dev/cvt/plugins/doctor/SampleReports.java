package dev.cvt.plugins.doctor;

import dev.cvt.goplugin.Exit;
import dev.cvt.goplugin.Health;
import dev.cvt.goplugin.MemoryUse;
import dev.cvt.goplugin.Stopped;
import dev.cvt.plugins.doctor.Report.Check;
import dev.cvt.plugins.doctor.Report.HandshakeFacts;
import dev.cvt.plugins.doctor.Report.HealthAnswer;
import dev.cvt.plugins.doctor.Report.Introduction;
import dev.cvt.plugins.doctor.Report.Origin;
import dev.cvt.plugins.doctor.Report.PhaseTime;
import dev.cvt.plugins.doctor.Report.Printed;
import dev.cvt.plugins.doctor.Report.PrintedLine;
import dev.cvt.plugins.doctor.Report.TlsFacts;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Two reports with everything in them: one that is well, one that is not. */
final class SampleReports {
  private static final String ROOT = "/home/u/.cvt/plugins";

  private SampleReports() {}

  private static PhaseTime phase(String phase, long micros) {
    return new PhaseTime(phase, Duration.ofNanos(micros * 1000));
  }

  private static final List<Check> CHECKS =
      List.of(
          new Check("configuration", true, "/home/u/.cvt/config.yaml  rw------- u"),
          new Check("plugin root", true, ROOT + "  rwx------ u"),
          new Check("state file", true, ROOT + "/state.json  rw------- u"),
          new Check("binary", true, ROOT + "/cvt-plugin-rest  rwx------ u  18.2 MiB"),
          new Check("state entry", true, "installed 2026-04-17T19:00Z, sha256 5f70bf18a086"),
          new Check(
              "hash",
              true,
              "sha256 5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"));

  static Report well() {
    return new Report(
        "registry",
        Path.of(ROOT + "/cvt-plugin-rest"),
        CHECKS,
        List.of(
            phase("verify", 61_300),
            phase("preflight", 1_240),
            phase("exec", 2_310),
            phase("first byte", 8_020),
            phase("line", 310),
            phase("connect", 11_700),
            phase("TLS", 24_900),
            phase("Info", 2_050),
            phase("SetConfig", 1_960)),
        Optional.of(
            new HandshakeFacts(
                "1|1|unix|/tmp/gp-5be05b6a/1/plugin2834|grpc|MIICTzCCAbCgAwIBAgIQfl",
                1,
                List.of(1),
                Optional.of(
                    new TlsFacts(
                        "TLSv1.3",
                        "TLS_AES_128_GCM_SHA256",
                        "EC P-521",
                        "SHA512withECDSA",
                        "CN=localhost,O=HashiCorp",
                        List.of("localhost"),
                        Instant.parse("2026-11-24T15:14:45Z"),
                        Instant.parse("2056-11-24T03:15:15Z"),
                        "4ec1e4384f78bbcd52f95ed791ccccb96a920c1f3c8942c30018841538a5db3a")))),
        Optional.of(
            new Introduction(
                "rest", "1.4.0", 1, List.of("registry.v1"), List.of("base_url", "token"))),
        Optional.of(new HealthAnswer(Health.SERVING, Duration.ofNanos(1_420_000))),
        Optional.of(new MemoryUse(1, 13 << 20, OptionalLong.of(9 << 20))),
        new Printed(
            List.of(
                new PrintedLine(Origin.STRAY, "", "loading…"),
                new PrintedLine(Origin.LOG, "INFO", "rest: token **** taken"),
                new PrintedLine(Origin.STDOUT, "", "ready")),
            4,
            2),
        Optional.of(stopped()),
        List.of(
            new Finding.Note(
                "STRAY_LINES",
                "it printed a line before its handshake line, at which go-plugin's own hosts give"
                    + " up",
                "have its author print nothing on standard output before it")));
  }

  private static Stopped stopped() {
    var exit =
        new Exit(OptionalInt.of(0), Optional.empty(), false, true, "", Duration.ofSeconds(1));
    return new Stopped(Stopped.By.SHUTDOWN, exit, 0, List.of(), Duration.ofMillis(12));
  }

  static Report ill() {
    return new Report(
        "registry",
        Path.of(ROOT + "/cvt-plugin-rest"),
        CHECKS,
        List.of(
            phase("verify", 61_300),
            phase("preflight", 1_240),
            phase("exec", 2_310),
            phase("first byte", 35_400)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        new Printed(
            List.of(new PrintedLine(Origin.LOG, "DEBUG", "no licence for **** found")), 0, 1),
        Optional.empty(),
        List.of(
            new Finding.Failure(
                "first byte",
                "EXITED",
                "exited with code 3 before its handshake line",
                "look at its last words",
                "exited with code 3",
                "no licence for **** found\n")));
  }
}
