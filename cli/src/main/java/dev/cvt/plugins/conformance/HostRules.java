package dev.cvt.plugins.conformance;

import static dev.cvt.plugins.conformance.Rule.must;
import static dev.cvt.plugins.conformance.Rule.should;

import dev.cvt.plugins.conformance.Rule.Need;
import dev.cvt.plugins.conformance.Rule.Source;
import dev.cvt.plugins.conformance.Rule.Stage;
import dev.cvt.plugins.conformance.Rule.Text;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What hosts do besides calling: they come twice, leave early, talk nonsense, die. */
final class HostRules {
  private static final Set<Need> SERVING = Set.of(Need.LINE, Need.SERVING);
  private static final long LOOK_AGAIN_MILLIS = 20;

  private HostRules() {}

  static List<Rule> all() {
    return List.of(
        must(
            "reconnect",
            Source.GO_PLUGIN,
            Stage.RESIDENT,
            SERVING,
            new Text(
                "outlives a connection that is cut, and answers the next",
                "a host may lose a connection, or leave early and come back"),
            HostRules::reconnect),
        must(
            "two-connections",
            Source.GO_PLUGIN,
            Stage.RESIDENT,
            SERVING,
            new Text(
                "answers two connections at once",
                "go-plugin lets a second host attach to a process that runs"),
            HostRules::twoConnections),
        must(
            "silent-connection",
            Source.GO_PLUGIN,
            Stage.RESIDENT,
            SERVING,
            new Text(
                "answers others while somebody is connected who says nothing",
                "hosts look whether anybody listens before they talk"),
            trial -> beside(trial, "")),
        must(
            "garbage",
            Source.GO_PLUGIN,
            Stage.RESIDENT,
            SERVING,
            new Text(
                "survives bytes on its socket that are not HTTP/2",
                "whatever finds the socket may talk to it"),
            trial -> beside(trial, "GET / HTTP/1.1\r\nHost: nobody\r\n\r\n\0\0\0")),
        must(
            "two-processes",
            Source.GO_PLUGIN,
            Stage.OWN,
            SERVING,
            new Text(
                "runs twice at once, for two hosts",
                "each process has a socket of its own, and the end of one is not the other's"),
            HostRules::twoProcesses),
        should(
            "host-killed",
            Source.CVT,
            Stage.OWN,
            SERVING,
            new Text(
                "ends when its host is killed",
                "a killed host sends nothing; plugins on go-plugin's Go library are known to live"
                    + " on"),
            HostRules::hostKilled));
  }

  private static Verdict reconnect(Trial trial) throws InterruptedException {
    var served = trial.resident();
    var early = served.guest().dial(served.line());
    var begun = early.begin(Protocol.HEALTH, Protocol.healthOf(Protocol.PLUGIN), trial.patience());
    early.close();
    var _ = begun.await(trial.patience());
    try (var next = served.guest().dial(served.line())) {
      var reply = Resident.ping(next, trial.patience());
      return Verdict.of(First.reached(reply), reply.words());
    }
  }

  private static Verdict twoConnections(Trial trial) throws InterruptedException {
    var served = trial.resident();
    try (var one = served.guest().dial(served.line());
        var other = served.guest().dial(served.line())) {
      for (var calls : List.of(one, other, one)) {
        var reply = Resident.ping(calls, trial.patience());
        if (!First.reached(reply)) {
          return new Verdict.Broken(reply.words());
        }
      }
      return Verdict.kept();
    }
  }

  /** Whether a new connection is answered while another one says something, or nothing. */
  private static Verdict beside(Trial trial, String text) throws InterruptedException {
    var served = trial.resident();
    var address =
        served.line().address().orElseThrow(() -> new Breach("no host can connect to it"));
    try (var odd = open(address)) {
      if (!text.isEmpty()) {
        odd.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
      }
      try (var other = served.guest().dial(served.line())) {
        var reply = Resident.ping(other, trial.patience());
        return Verdict.of(First.reached(reply), reply.words());
      }
    } catch (IOException e) {
      return new Verdict.Broken("it cannot be connected to: " + e.getMessage());
    }
  }

  private static SocketChannel open(SocketAddress address) throws IOException {
    return address instanceof UnixDomainSocketAddress unix
        ? SocketChannel.open(unix)
        : SocketChannel.open(address);
  }

  private static Verdict twoProcesses(Trial trial) throws InterruptedException {
    var first = trial.start(environment -> {});
    var second = trial.start(environment -> {});
    var one = trial.serve(first);
    var other = trial.serve(second);
    if (one.line().address().equals(other.line().address())) {
      return new Verdict.Broken("both listen at " + one.line().text());
    }
    trial.ping(one, "the first did not answer");
    trial.ping(other, "the second did not answer");
    first.close();
    trial.ping(other, "when the first was gone, the second did not answer");
    return Verdict.kept();
  }

  private static Verdict hostKilled(Trial trial) throws InterruptedException {
    var host = trial.subject().patience().hostGone();
    var pidFile = pidFile();
    try {
      var guest = trial.startUnderShell(pidFile);
      var served = trial.serve(guest);
      trial.ping(served, "under a shell it did not answer");
      var plugin = plugin(pidFile);
      if (plugin.isEmpty()) {
        return new Verdict.NotApplicable("its process id could not be learnt");
      }
      guest.process().destroyForcibly();
      served.calls().close();
      long begun = System.nanoTime();
      while (Strays.alive(plugin.get()) && left(begun, host)) {
        Thread.sleep(LOOK_AGAIN_MILLIS); // it is nobody's child now, whose end would be told
      }
      boolean gone = !Strays.alive(plugin.get());
      plugin.get().destroyForcibly();
      return Verdict.of(
          gone,
          gone
              ? Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms later"
              : "it still ran " + host.toMillis() + " ms later");
    } finally {
      delete(pidFile);
    }
  }

  private static boolean left(long begun, Duration patience) {
    return System.nanoTime() - begun < patience.toNanos();
  }

  private static Path pidFile() {
    try {
      return Files.createTempFile("cvtc", ".pid");
    } catch (IOException e) {
      throw new Breach("no file can be made: " + e.getMessage());
    }
  }

  private static Optional<ProcessHandle> plugin(Path pidFile) {
    try {
      return ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip()));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new Breach("the file " + file + " cannot be deleted: " + e.getMessage());
    }
  }
}
