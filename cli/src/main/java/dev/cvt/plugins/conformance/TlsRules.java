package dev.cvt.plugins.conformance;

import static dev.cvt.plugins.conformance.Rule.must;
import static dev.cvt.plugins.conformance.Rule.should;

import com.google.protobuf.ByteString;
import dev.cvt.goplugin.Peer;
import dev.cvt.goplugin.RunningPlugin;
import dev.cvt.goplugin.StartFailure;
import dev.cvt.plugins.conformance.Rule.Need;
import dev.cvt.plugins.conformance.Rule.Source;
import dev.cvt.plugins.conformance.Rule.Stage;
import dev.cvt.plugins.conformance.Rule.Text;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whom it trusts when its host asks for AutoMTLS. */
final class TlsRules {
  private static final Set<Need> SERVING = Set.of(Need.LINE, Need.SERVING);

  private TlsRules() {}

  static List<Rule> all() {
    return List.of(
        should(
            "mtls",
            Source.WIRE,
            Stage.OWN,
            SERVING,
            new Text(
                "answers under AutoMTLS when its host asks for it",
                "PLUGIN_CLIENT_CERT brings the host's certificate, the line brings the plugin's"),
            TlsRules::mtls),
        must(
            "mtls-plaintext",
            Source.WIRE,
            Stage.OWN,
            SERVING,
            new Text(
                "answers nobody in plain text under AutoMTLS",
                "a certificate in the line is a promise of TLS"),
            trial -> refused(trial, trial.dialer()::plain)),
        must(
            "mtls-stranger",
            Source.WIRE,
            Stage.OWN,
            SERVING,
            new Text(
                "answers nobody without a certificate under AutoMTLS",
                "each side trusts exactly the other's certificate"),
            trial -> refused(trial, trial.dialer()::stranger)),
        must(
            "mtls-other-host",
            Source.WIRE,
            Stage.OWN,
            SERVING,
            new Text(
                "answers no other host under AutoMTLS",
                "each side trusts exactly the other's certificate, and none that only looks like"
                    + " it"),
            TlsRules::otherHost));
  }

  private static Verdict mtls(Trial trial) throws InterruptedException {
    var visit = trial.tls();
    if (visit.plugin().isEmpty()) {
      return new Verdict.Broken(visit.failure().map(f -> f.fact()).orElse("it did not start"));
    }
    var plugin = visit.plugin().get();
    var reply =
        Calls.begin(plugin.channel(), Protocol.HEALTH, health(), trial.patience())
            .await(trial.patience());
    return Verdict.of(
        First.reached(reply),
        First.reached(reply)
            ? plugin.tls().map(Peer::protocol).orElse("")
            : "a call ends with " + reply.words());
  }

  /** On a process of its own: a host that is let in by mistake stops what it takes for its own. */
  private static Verdict otherHost(Trial trial) throws InterruptedException {
    try (var visit = TlsVisit.make(trial.subject())) {
      if (visit.plugin().isEmpty()) {
        return new Verdict.NotApplicable("it does not answer under AutoMTLS");
      }
      try (var other = visit.relay(trial.subject(), visit.plugin().get())) {
        var reply = Calls.begin(other.channel(), Protocol.HEALTH, health(), trial.patience());
        return Verdict.keptIf(
            !First.reached(reply.await(trial.patience())),
            "a host with another certificate got in");
      } catch (StartFailure e) {
        return new Verdict.Kept(e.fact());
      }
    }
  }

  private static ByteString health() {
    return Protocol.healthOf(Protocol.PLUGIN);
  }

  /** Somebody's way to connect. */
  private interface Dial {
    Calls to(SocketAddress address);
  }

  private static Verdict refused(Trial trial, Dial dial) throws InterruptedException {
    Optional<RunningPlugin> plugin = trial.tls().plugin();
    if (plugin.isEmpty()) {
      return new Verdict.NotApplicable("it does not answer under AutoMTLS");
    }
    var address =
        Line.of(plugin.get().handshakeLine())
            .flatMap(Line::address)
            .orElseThrow(() -> new Breach("no host can connect to it"));
    try (var calls = dial.to(address)) {
      var reply = Resident.ping(calls, trial.patience());
      return Verdict.of(
          !First.reached(reply),
          First.reached(reply) ? "it was answered: " + reply.words() : "refused");
    }
  }
}
