package dev.cvt.pluginmgr.sinks.zapjson;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.pluginmgr.spi.AuditRecord;
import dev.cvt.pluginmgr.spi.AuditRecord.Kind;
import dev.cvt.pluginmgr.spi.AuditRecord.Outcome;
import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.AuditSinkProvider;
import dev.cvt.pluginmgr.spi.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZapJsonProviderTest {
  @TempDir private Path folder;

  private record Given(Map<String, String> settings, Path base) implements Context {}

  private AuditSink sink(String path) {
    return new ZapJsonProvider().create(new Given(Map.of("path", path), folder));
  }

  private static AuditRecord record(String id) {
    return new AuditRecord(
        Kind.READ, "p", "", "", 0, id, "s", "m", 0, Outcome.OK, "", Instant.EPOCH);
  }

  @Test
  void theModule_offersTheProvider() {
    assertThat(ZapJsonProvider.class.getModule().getDescriptor().provides())
        .anyMatch(
            offer ->
                offer.service().equals(AuditSinkProvider.class.getName())
                    && offer.providers().contains(ZapJsonProvider.class.getName()));
  }

  @Test
  void aNewFile_isReadableByItsOwnerOnly() throws IOException {
    try (var sink = sink("audit.log")) {
      sink.record(record("one"));
    }

    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("audit.log"))))
        .isEqualTo("rw-------");
    assertThat(Files.readAllLines(folder.resolve("audit.log"))).hasSize(1);
  }

  @Test
  void anExistingFile_isAppendedTo() throws IOException {
    var file = Files.writeString(folder.resolve("audit.log"), "before\n");
    try (var sink = sink("audit.log")) {
      sink.record(record("one"));
    }

    assertThat(Files.readAllLines(file)).hasSize(2).first().isEqualTo("before");
  }

  /** A full disk, a loss of power: what was begun stays as it is, and costs no other record. */
  @Test
  void aFileThatEndsInTheMiddleOfALine_isGoneOnWithOnTheNext() throws IOException {
    var file = Files.writeString(folder.resolve("audit.log"), "{\"level\":\"in");
    try (var sink = sink("audit.log")) {
      sink.record(record("one"));
      sink.record(record("two"));
    }

    assertThat(Files.readAllLines(file)).hasSize(3);
    assertThat(Files.readAllLines(file).get(1)).startsWith("{").contains("\"request_id\":\"one\"");
  }

  @Test
  void aLinkToAFileThatIsNotThereYet_hasItMade() throws IOException {
    var file = folder.resolve("elsewhere.log");
    Files.createSymbolicLink(folder.resolve("audit.log"), Path.of("elsewhere.log"));
    try (var sink = sink("audit.log")) {
      sink.record(record("one"));
    }

    assertThat(Files.readAllLines(file)).hasSize(1);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void aLinkWhoseFileIsRotatedAway_isFollowedToANewOne() throws IOException {
    var link = Files.createSymbolicLink(folder.resolve("audit.log"), Path.of("elsewhere.log"));
    followsARotation(link, Files.createFile(folder.resolve("elsewhere.log")));
  }

  @Test
  void aLinkIntoAFolderThatDoesNotExist_hasThatFolderNamed() throws IOException {
    Files.createSymbolicLink(folder.resolve("audit.log"), Path.of("no/such/audit.log"));

    assertThatThrownBy(() -> sink("audit.log"))
        .hasMessage(
            "cannot append audit records to %1$s/audit.log: its folder does not exist; make the folder: mkdir -p %1$s/no/such"
                .formatted(folder));
  }

  @Test
  void anInterruptedCaller_stillHasItsRecordWritten() throws IOException {
    try (var sink = sink("audit.log")) {
      Thread.currentThread().interrupt();
      sink.record(record("one"));
      assertThat(Thread.interrupted()).isTrue();
      sink.record(record("two"));
    }

    assertThat(Files.readAllLines(folder.resolve("audit.log"))).hasSize(2);
  }

  @Test
  void aFileThatIsRotatedAway_isFollowedByANewOne() throws IOException {
    var file = folder.resolve("audit.log");
    followsARotation(file, file);
  }

  private void followsARotation(Path opened, Path file) throws IOException {
    var clock = new AtomicLong();
    var rotated = folder.resolve("rotated");
    try (var sink = opened(opened, clock)) {
      sink.record(record("one"));
      Files.move(file, rotated);
      clock.addAndGet(LogFile.LOOK_EVERY.toNanos());
      sink.record(record("two"));
    }

    assertThat(Files.readAllLines(rotated)).hasSize(1);
    assertThat(Files.readString(file)).contains("\"request_id\":\"two\"");
  }

  private static AuditSink opened(Path path, AtomicLong clock) throws IOException {
    return new ZapJsonSink(new GroupCommit(LogFile.open(path, clock::get)));
  }

  /** The instant in which a file is opened is the one in which it may be rotated as well. */
  @RepeatedTest(value = 20, failureThreshold = 1)
  void aFileThatIsRotatedWhileItIsOpened_isNotFollowedForEver() throws Exception {
    var file = folder.resolve("audit.log");
    var clock = new AtomicLong();
    var rotated = folder.resolve("audit.log.1");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    try (var sink = opened(file, clock)) {
      var rotating =
          CompletableFuture.runAsync(
              () -> {
                try {
                  for (int i = 0; i < 200; i++) {
                    Files.move(file, rotated, StandardCopyOption.REPLACE_EXISTING);
                    if (i % 2 == 0) {
                      Files.write(file, new byte[0]); // as logrotate's "create"
                    }
                    while (!Files.exists(file)) {
                      if (System.nanoTime() - end > 0) {
                        throw new IOException("nobody makes the file anew");
                      }
                    }
                  }
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      while (!rotating.isDone()) {
        clock.addAndGet(LogFile.LOOK_EVERY.toNanos());
        sink.record(record("meanwhile"));
      }
      rotating.join();
      clock.addAndGet(LogFile.LOOK_EVERY.toNanos());
      sink.record(record("afterwards"));
    }

    assertThat(Files.readString(file)).contains("\"request_id\":\"afterwards\"");
  }

  @Test
  void aFullDisk_failsTheRecordAndSaysSo() throws IOException {
    // Every write to this device fails as on a full disk.
    var full = Path.of("/dev/full");
    org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(full), "no /dev/full here");
    try (var sink = sink(full.toString())) {
      assertThatThrownBy(() -> sink.record(record("one")))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessage(
              "cannot append audit records to /dev/full: No space left on device;"
                  + " make room or mend the file, the next record is tried anew");
    }
  }

  @Test
  void standardErrorThatTookHalfALine_isGoneOnWithOnTheNext() throws IOException {
    var written = new ByteArrayOutputStream();
    var half =
        new OutputStream() {
          private boolean full = true;

          @Override
          public void write(int b) {
            written.write(b);
          }

          @Override
          public void write(byte[] bytes, int from, int length) throws IOException {
            written.write(bytes, from, full ? length / 2 : length);
            if (full) {
              full = false;
              throw new IOException("No space left on device");
            }
          }
        };
    try (var sink = new ZapJsonSink(new GroupCommit(Target.standardError(half)))) {
      assertThatThrownBy(() -> sink.record(record("one")))
          .hasMessage(
              "standard error takes no audit records: No space left on device; give zap-json a path"
                  + " in pluginmgr.yaml");
      sink.record(record("two"));
    }

    assertThat(written.toString(UTF_8).lines()).hasSize(2).last().asString().startsWith("{");
  }

  @Test
  void aFolderThatDoesNotExist_isNamedWithTheCommandThatMakesIt() {
    assertThatThrownBy(() -> sink("no/such/audit.log"))
        .hasMessage(
            "cannot append audit records to %1$s/no/such/audit.log: its folder does not exist; make the folder: mkdir -p %1$s/no/such"
                .formatted(folder));
  }
}
