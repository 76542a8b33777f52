package dev.cvt.plugins.doctor;

import dev.cvt.goplugin.MemoryUse;
import dev.cvt.goplugin.Stopped;
import dev.cvt.plugins.doctor.Report.Check;
import dev.cvt.plugins.doctor.Report.HandshakeFacts;
import dev.cvt.plugins.doctor.Report.HealthAnswer;
import dev.cvt.plugins.doctor.Report.Introduction;
import dev.cvt.plugins.doctor.Report.PhaseTime;
import dev.cvt.plugins.doctor.Report.PrintedLine;
import dev.cvt.plugins.doctor.Report.TlsFacts;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A report for a program. The shape is a promise: every key is always there, what was not come to
 * is null, keys are only ever added. Times are microseconds, sizes bytes. Pure.
 */
public final class JsonReport {
  private JsonReport() {}

  /** As maps, lists, texts, numbers, booleans and null. */
  public static Map<String, @Nullable Object> of(Report report) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("name", report.name());
    json.put("program", report.program().toString());
    json.put("ok", report.ok());
    json.put(
        "failures",
        report.findings().stream()
            .filter(Finding.Failure.class::isInstance)
            .map(Finding.Failure.class::cast)
            .map(JsonReport::failure)
            .toList());
    json.put(
        "notes",
        report.findings().stream()
            .filter(Finding.Note.class::isInstance)
            .map(JsonReport::finding)
            .toList());
    json.put("checks", report.checks().stream().map(JsonReport::check).toList());
    json.put("phases", report.phases().stream().map(JsonReport::phase).toList());
    json.put("handshake", orNull(report.handshake(), JsonReport::handshake));
    json.put("tls", orNull(report.handshake().flatMap(HandshakeFacts::tls), JsonReport::tls));
    json.put("info", orNull(report.introduction(), JsonReport::info));
    json.put("health", orNull(report.health(), JsonReport::health));
    json.put("memory", orNull(report.memory(), JsonReport::memory));
    json.put("output", report.printed().lines().stream().map(JsonReport::line).toList());
    json.put("output_omitted", report.printed().omitted());
    json.put("stop", orNull(report.stop(), JsonReport::stop));
    return json;
  }

  private static <T> @Nullable Object orNull(Optional<T> value, Function<T, Object> json) {
    return value.map(json).orElse(null);
  }

  private static Map<String, @Nullable Object> finding(Finding finding) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("diagnosis", finding.diagnosis());
    json.put("fact", finding.fact());
    json.put("remedy", finding.remedy());
    return json;
  }

  private static Map<String, @Nullable Object> failure(Finding.Failure failure) {
    var json = finding(failure);
    json.put("phase", failure.phase());
    json.put("process", failure.process().isEmpty() ? null : failure.process());
    json.put("stderr", failure.stderr());
    return json;
  }

  private static Map<String, Object> check(Check check) {
    var json = new LinkedHashMap<String, Object>();
    json.put("what", check.what());
    json.put("ok", check.ok());
    json.put("found", check.found());
    return json;
  }

  private static Map<String, Object> phase(PhaseTime phase) {
    var json = new LinkedHashMap<String, Object>();
    json.put("phase", phase.phase());
    json.put("micros", micros(phase.took()));
    return json;
  }

  private static long micros(Duration time) {
    return time.toNanos() / 1000;
  }

  private static Object handshake(HandshakeFacts facts) {
    var json = new LinkedHashMap<String, Object>();
    json.put("line", facts.line());
    json.put("version", facts.version());
    json.put("offered", facts.offered());
    return json;
  }

  private static Object tls(TlsFacts tls) {
    var json = new LinkedHashMap<String, Object>();
    json.put("protocol", tls.protocol());
    json.put("cipher_suite", tls.cipherSuite());
    json.put("key", tls.key());
    json.put("signature", tls.signature());
    json.put("subject", tls.subject());
    json.put("names", tls.names());
    json.put("not_before", tls.notBefore().toString());
    json.put("not_after", tls.notAfter().toString());
    json.put("sha256", tls.sha256());
    return json;
  }

  private static Object info(Introduction said) {
    var json = new LinkedHashMap<String, Object>();
    json.put("name", said.name());
    json.put("version", said.version());
    json.put("protocol_version", said.protocol());
    json.put("services", said.services());
    json.put("configured", said.delivered());
    return json;
  }

  private static Object health(HealthAnswer answer) {
    var json = new LinkedHashMap<String, Object>();
    json.put("answer", answer.health().name());
    json.put("micros", micros(answer.took()));
    return json;
  }

  private static Object memory(MemoryUse use) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("processes", use.processes());
    json.put("resident", use.resident());
    json.put("unshared", use.unshared().isPresent() ? use.unshared().getAsLong() : null);
    return json;
  }

  private static Object line(PrintedLine line) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("from", line.from().word());
    json.put("level", line.level().isEmpty() ? null : line.level());
    json.put("text", line.text());
    return json;
  }

  private static Object stop(Stopped stop) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    var exit = stop.exit();
    json.put("by", stop.by().name());
    json.put("micros", micros(stop.took()));
    json.put("exit_code", exit.code().isPresent() ? exit.code().getAsInt() : null);
    json.put("signal", exit.signal().orElse(null));
    json.put("descendants", stop.descendants());
    json.put("survivors", stop.survivors());
    return json;
  }
}
