package dev.cvt.plugins.doctor;

import dev.cvt.goplugin.MemoryUse;
import dev.cvt.goplugin.Stopped;
import dev.cvt.plugins.doctor.Report.HandshakeFacts;
import dev.cvt.plugins.doctor.Report.HealthAnswer;
import dev.cvt.plugins.doctor.Report.Introduction;
import dev.cvt.plugins.doctor.Report.PrintedLine;
import dev.cvt.plugins.doctor.Report.TlsFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A report for a person who has been woken by it: the verdict first, then cause and remedy, then
 * the evidence. Pure.
 */
public final class TextReport {
  private static final int LABEL = 12;
  private static final String INDENT = "  ";

  /** What a terminal would do rather than show; lines and tabs stay. */
  private static final Pattern COMMANDS =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\\n\\t]]");

  /** Which field of the handshake line, and how much of it is shown. */
  private static final int CERTIFICATE = 5;

  private static final int CERTIFICATE_START = 12;

  /** So much of a line of output is shown. */
  private static final int LONGEST = 400;

  private final Paint paint;
  private final List<String> lines = new ArrayList<>();

  private TextReport(Paint paint) {
    this.paint = paint;
  }

  /** Its lines. */
  public static List<String> of(Report report, Paint paint) {
    var text = new TextReport(paint);
    text.write(report.masked(TextReport::printable));
    return text.lines;
  }

  /** What a plugin prints is shown, and not obeyed: it may be meant for the terminal. */
  private static String printable(String text) {
    return COMMANDS.matcher(text).replaceAll("\uFFFD");
  }

  private void write(Report report) {
    lines.add(
        paint.bold().apply(printable(report.name()))
            + ": "
            + (report.ok() ? paint.good().apply("ok") : paint.bad().apply("FAILED")));
    for (var finding : report.findings()) {
      switch (finding) {
        case Finding.Failure failure -> write(failure);
        case Finding.Note note -> {
          line("note", note.fact());
          line("advice", note.remedy());
        }
      }
    }
    line("program", printable(report.program().toString()));
    block(
        "checked",
        report.checks().stream()
            .map(
                check ->
                    (check.ok() ? paint.good().apply("ok ") : paint.bad().apply("bad"))
                        + " "
                        + padded(check.what(), 15)
                        + " "
                        + check.found())
            .toList());
    phases(report);
    report.handshake().ifPresent(this::write);
    report.introduction().ifPresent(this::write);
    report.health().ifPresent(this::write);
    report.memory().ifPresent(this::write);
    block("output", output(report));
    report.stop().ifPresent(this::write);
  }

  private void write(Finding.Failure failure) {
    line("cause", failure.fact());
    line("", paint.dim().apply(failure.diagnosis() + ", in phase " + failure.phase()));
    line("remedy", failure.remedy());
    if (!failure.process().isEmpty()) {
      line("process", "it " + failure.process());
    }
    if (!failure.process().isEmpty() && !failure.stderr().isBlank()) {
      block("last words", failure.stderr().strip().lines().map(line -> "| " + cut(line)).toList());
    }
  }

  private void phases(Report report) {
    var rows = new ArrayList<String>();
    for (var phase : report.phases()) {
      rows.add(padded(phase.phase(), 11) + right(Texts.time(phase.took())));
    }
    if (!rows.isEmpty()) {
      var total =
          report.phases().stream()
              .map(Report.PhaseTime::took)
              .reduce(Duration.ZERO, Duration::plus);
      rows.add(padded("in all", 11) + right(Texts.time(total)));
    }
    block("phases", rows);
  }

  private void write(HandshakeFacts facts) {
    line("handshake", withoutCertificate(facts.line()));
    var offered = facts.offered().stream().map(String::valueOf).collect(Collectors.joining(", "));
    line("version", facts.version() + " (offered: " + offered + ")");
    facts.tls().ifPresentOrElse(this::write, () -> line("TLS", "none: AutoMTLS was not asked for"));
  }

  /** Its facts follow, and its base64 says nothing to a person. */
  private static String withoutCertificate(String line) {
    var fields = line.split("\\|", -1);
    if (fields.length > CERTIFICATE && fields[CERTIFICATE].length() > CERTIFICATE_START) {
      fields[CERTIFICATE] = fields[CERTIFICATE].substring(0, CERTIFICATE_START) + "…";
    }
    return String.join("|", fields);
  }

  private void write(TlsFacts tls) {
    block(
        "TLS",
        List.of(
            tls.protocol() + ", " + tls.cipherSuite(),
            "certificate of " + tls.subject() + ", also for " + String.join(", ", tls.names()),
            tls.key() + ", signed with " + tls.signature(),
            "valid from " + tls.notBefore() + " to " + tls.notAfter(),
            "sha256 " + tls.sha256()));
  }

  private void write(Introduction said) {
    line(
        "says it is",
        said.name()
            + "/"
            + said.version()
            + ", CVT protocol "
            + said.protocol()
            + ", services: "
            + list(said.services()));
    line("configured", "keys taken: " + list(said.delivered()));
  }

  private static String list(List<String> words) {
    return words.isEmpty() ? "none" : String.join(", ", words);
  }

  private void write(HealthAnswer answer) {
    line("health", answer.health() + ", after " + Texts.time(answer.took()));
  }

  private void write(MemoryUse use) {
    line(
        "memory",
        Texts.size(use.resident())
            + " resident"
            + (use.unshared().isEmpty()
                ? ""
                : ", " + Texts.size(use.unshared().getAsLong()) + " of it its own")
            + (use.processes() == 1 ? "" : ", in " + use.processes() + " processes"));
  }

  private static List<String> output(Report report) {
    var printed = report.printed();
    if (printed.lines().isEmpty()) {
      return List.of();
    }
    var rows = new ArrayList<String>();
    printed.lines().forEach(line -> rows.add(row(line)));
    if (printed.omitted() > 0) {
      rows.add(printed.at(), "… " + printed.omitted() + " more lines …");
    }
    return rows;
  }

  private static String row(PrintedLine line) {
    var text =
        line.text()
            .lines()
            .map(TextReport::cut)
            .collect(Collectors.joining("\n" + INDENT + " ".repeat(LABEL + 7)));
    return padded(line.from().word(), 7) + (line.level() + " " + text).strip();
  }

  private static String cut(String line) {
    int more = line.length() - LONGEST;
    return more <= 0 ? line : line.substring(0, LONGEST) + "… and " + more + " more characters";
  }

  private void write(Stopped stop) {
    var how =
        switch (stop.by()) {
          case ALREADY_ENDED -> "it had ended by itself";
          case SHUTDOWN -> "by the Shutdown call";
          case SIGTERM -> "by SIGTERM";
          case SIGKILL -> "by SIGKILL";
        };
    line(
        "stop",
        how
            + ", in "
            + Texts.time(stop.took())
            + "; it "
            + stop.exit().description()
            + (stop.descendants() == 0 && stop.survivors().isEmpty() ? "; nothing is left" : ""));
  }

  private void block(String label, List<String> rows) {
    for (int i = 0; i < rows.size(); i++) {
      line(i == 0 ? label : "", rows.get(i));
    }
  }

  private void line(String label, String text) {
    lines.add((INDENT + padded(label, LABEL) + text).stripTrailing());
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(1, width - text.length()));
  }

  private static String right(String figure) {
    return " ".repeat(Math.max(0, 9 - figure.length())) + figure;
  }
}
