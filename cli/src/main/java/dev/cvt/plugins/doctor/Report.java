package dev.cvt.plugins.doctor;

import dev.cvt.goplugin.Health;
import dev.cvt.goplugin.MemoryUse;
import dev.cvt.goplugin.Stopped;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What one examination has found. What was not come to is empty.
 *
 * @param name of the plugin
 * @param program what is installed or was named, not the private copy that ran
 * @param checks of files, before the start
 * @param phases of the start, in order, those of the application's own conversation included
 * @param handshake what it printed and what was agreed on
 * @param introduction what it says of itself to CVT
 * @param health the answer of the standard health service
 * @param memory what it took when all of that was done
 * @param printed what it logged and printed, from the start to the end
 * @param stop how it was ended
 * @param findings what is wrong, or worth a word; the first failure is the cause
 */
public record Report(
    String name,
    Path program,
    List<Check> checks,
    List<PhaseTime> phases,
    Optional<HandshakeFacts> handshake,
    Optional<Introduction> introduction,
    Optional<HealthAnswer> health,
    Optional<MemoryUse> memory,
    Printed printed,
    Optional<Stopped> stop,
    List<Finding> findings) {

  /** Copies. */
  public Report {
    checks = List.copyOf(checks);
    phases = List.copyOf(phases);
    findings = List.copyOf(findings);
  }

  /** Whether nothing failed. */
  public boolean ok() {
    return findings.stream().noneMatch(Finding.Failure.class::isInstance);
  }

  /** Every text that a plugin, a file or the configuration has a hand in, through the mask. */
  public Report masked(UnaryOperator<String> mask) {
    return new Report(
        name,
        program,
        checks.stream().map(check -> check.masked(mask)).toList(),
        phases,
        handshake.map(facts -> facts.masked(mask)),
        introduction.map(said -> said.masked(mask)),
        health,
        memory,
        printed.masked(mask),
        stop,
        findings.stream().map(finding -> finding.masked(mask)).toList());
  }

  /**
   * Something that was looked at before the start.
   *
   * @param what such as "state file"
   * @param ok whether a start may go on
   * @param found what it is, or what is wrong with it
   */
  public record Check(String what, boolean ok, String found) {
    Check masked(UnaryOperator<String> mask) {
      return new Check(what, ok, mask.apply(found));
    }
  }

  /**
   * One phase of the start.
   *
   * @param phase its title
   * @param took how long it took, up to the failure if it failed in it
   */
  public record PhaseTime(String phase, Duration took) {}

  /**
   * What was agreed on.
   *
   * @param line the handshake line, as this project would print it
   * @param version of the application's protocol
   * @param offered the versions that it could choose from
   * @param tls the other side's part in AutoMTLS; empty without it
   */
  public record HandshakeFacts(
      String line, int version, List<Integer> offered, Optional<TlsFacts> tls) {
    /** Copies. */
    public HandshakeFacts {
      offered = List.copyOf(offered);
    }

    HandshakeFacts masked(UnaryOperator<String> mask) {
      return new HandshakeFacts(
          mask.apply(line), version, offered, tls.map(facts -> facts.masked(mask)));
    }
  }

  /**
   * The other side of a TLS connection.
   *
   * @param protocol such as {@code TLSv1.3}
   * @param cipherSuite its standard name
   * @param key of the certificate, with its curve or length, such as {@code EC P-521}
   * @param signature with which the certificate is signed
   * @param subject to whom it is made out; its CN is in it
   * @param names its alternative names (SAN), in its order
   * @param notBefore from when it holds
   * @param notAfter until when it holds
   * @param sha256 of its DER form, 64 hex digits
   */
  public record TlsFacts(
      String protocol,
      String cipherSuite,
      String key,
      String signature,
      String subject,
      List<String> names,
      Instant notBefore,
      Instant notAfter,
      String sha256) {
    /** Copies. */
    public TlsFacts {
      names = List.copyOf(names);
    }

    TlsFacts masked(UnaryOperator<String> mask) {
      return new TlsFacts(
          protocol,
          cipherSuite,
          key,
          signature,
          mask.apply(subject),
          names.stream().map(mask).toList(),
          notBefore,
          notAfter,
          sha256);
    }
  }

  /**
   * What a plugin says of itself to CVT.
   *
   * @param name its own name
   * @param version its own version
   * @param protocol the version of CVT's plugin protocol
   * @param services that it offers
   * @param delivered the keys that it was given by {@code SetConfig} and took, in order
   */
  public record Introduction(
      String name, String version, long protocol, List<String> services, List<String> delivered) {
    /** Copies. */
    public Introduction {
      services = List.copyOf(services);
      delivered = List.copyOf(delivered);
    }

    Introduction masked(UnaryOperator<String> mask) {
      return new Introduction(
          mask.apply(name),
          mask.apply(version),
          protocol,
          services.stream().map(mask).toList(),
          delivered);
    }
  }

  /** The answer of the health service, and how long that took. */
  public record HealthAnswer(Health health, Duration took) {}

  /**
   * What it logged and printed.
   *
   * @param lines the first and the last of them
   * @param omitted how many between those are left out
   * @param at where in {@code lines} they would stand
   */
  public record Printed(List<PrintedLine> lines, long omitted, int at) {
    /** Of one that said nothing. */
    public static final Printed NOTHING = new Printed(List.of(), 0, 0);

    /** Copies. */
    public Printed {
      lines = List.copyOf(lines);
    }

    Printed masked(UnaryOperator<String> mask) {
      return new Printed(
          lines.stream()
              .map(line -> new PrintedLine(line.from(), line.level(), mask.apply(line.text())))
              .toList(),
          omitted,
          at);
    }
  }

  /**
   * One line.
   *
   * @param from where it came from
   * @param level of a log record; empty for what was printed
   * @param text without a line end, unless it is a crash dump, which is all one
   */
  public record PrintedLine(Origin from, String level, String text) {}

  /** Where a line came from. */
  public enum Origin {
    /** Its log: real standard error. */
    LOG("log"),
    /** Standard output, before the handshake line or beside it. */
    STRAY("stray"),
    /** Standard output, carried over the connection. */
    STDOUT("stdout"),
    /** Standard error, carried over the connection. */
    STDERR("stderr"),
    /** Not the plugin: this host's word on what it printed. */
    HOST("host");

    private final String word;

    Origin(String word) {
      this.word = word;
    }

    /** In one word. */
    public String word() {
      return word;
    }
  }
}
