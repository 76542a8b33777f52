package dev.cvt.plugin.bench.faults;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.StateFile;
import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.MetricsBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * While a manager starts a plugin again and again, its installed binary is exchanged for another by
 * rename, or edited in place and put back with its times. Once at each point of a start, a little
 * later every time; in the instant between the hash and the execution; then in a tight loop. The
 * other one speaks the protocol, and counts the calls and the secrets that it gets.
 */
final class ExchangedBinary implements Fault {

  /** What a start may say; each names the file that was exchanged. */
  private static final Set<String> SAID =
      Set.of("EXCHANGED", "TOUCHED", "MISMATCH", "MISSING", "UNSAFE", "BAD_PATH");

  private static final String SECRET = "hushhush-in-the-environment";

  /** How the file is changed. */
  private enum Attack {
    RENAME,
    EDIT
  }

  /** When it is. */
  private enum When {
    /** Once, at a point of the start. */
    THEN,
    /** Once, when the process is there that is to become the plugin. */
    AT_EXEC,
    /** All the time. */
    ALWAYS
  }

  /** Longer than it takes to read and to execute. */
  private static final long HOLD_NANOS = 60_000_000;

  private final boolean script;

  /**
   * The attack on a plugin of one kind.
   *
   * @param script whether it is a script or a program
   */
  ExchangedBinary(boolean script) {
    this.script = script;
  }

  @Override
  public String name() {
    return script ? "exchanged-script" : "exchanged-program";
  }

  @Override
  public String what() {
    return (script ? "a script" : "a program")
        + " is exchanged or edited at each point of its start, then in a tight loop";
  }

  @Override
  public Result run(Setting setting) throws Exception {
    try (var scene = new Scene(setting.folder(), echo(setting), script)) {
      int points = setting.times(10, 150);
      long whole = scene.undisturbed();
      for (int i = 0; i < points; i++) {
        for (var attack : Attack.values()) {
          scene.start(attack, When.THEN, whole * i / points);
        }
      }
      for (int i = 0; i < setting.times(10, 150); i++) {
        scene.start(Attack.values()[i % 2], When.AT_EXEC, 0);
        scene.start(Attack.values()[i % 2], When.ALWAYS, 0);
      }
      return scene.result();
    }
  }

  private static Path echo(Setting setting) throws IOException, InterruptedException {
    return GoPeers.named("cvt-plugin-echo", setting.checkout());
  }

  private static final class Scene implements AutoCloseable {

    private final Path folder;
    private final Path binary;
    private final Path good;
    private final Path evil;
    private final Path evilSaw;
    private final String sha256;
    private final StateFile state;
    private final Config linked;
    private final Config copied;
    private final EvilServer server;
    private final FileTime time;
    private final SortedMap<String, Integer> outcomes = new TreeMap<>();
    private final Random random = new Random(7);
    private final Set<String> known = new HashSet<>();
    private long starts;
    private long unexplained;
    private long other;

    Scene(Path folder, Path echo, boolean script) throws Exception {
      this.folder = folder;
      var root = folder.resolve(".cvt/plugins");
      server = new EvilServer(folder);
      evilSaw = folder.resolve("evil-saw");
      good = folder.resolve("cvt-plugin-echo");
      if (script) {
        Files.writeString(good, "#!/bin/sh\nexec '" + echo + "'\n" + "#".repeat(300) + "\n");
      } else {
        Files.copy(echo, good);
      }
      evil =
          Files.writeString(
              folder.resolve("evil"),
              """
              #!/bin/sh
              env > '%s'.$$
              echo '1|1|unix|%s|grpc'
              exec sleep 5
              """
                  .formatted(evilSaw, server.socket()));
      for (var program : new Path[] {good, evil}) {
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
      state = StateFile.at(root.resolve("state.json"), root);
      var entry = state.install(good, "echo");
      binary = Path.of(entry.binaryPath());
      sha256 = entry.sha256();
      time = Files.getLastModifiedTime(binary);
      linked = config(false);
      copied = config(true);
    }

    /** Where a secret lies in the environment, a private copy is executed, else a link. */
    private Config config(boolean secretEnv) {
      return Config.builder()
          .home(folder)
          .plugin(
              "echo",
              p -> {
                p.binary(binary)
                    .secret("token", SECRET)
                    .startTimeout(Duration.ofSeconds(5))
                    .stopGrace(Duration.ofMillis(200))
                    .health(new Config.Health(Duration.ZERO, Duration.ofSeconds(1), 3, false));
                if (secretEnv) {
                  p.secretEnv("TOKEN", SECRET);
                }
              })
          .hook(Config.Hook.FETCH_SCHEMA, "echo")
          .build();
    }

    /** How long a start takes that nobody attacks, the first one, which is the longest, aside. */
    long undisturbed() throws Exception {
      long longest = 0;
      for (int i = 0; i < 4; i++) {
        long begun = System.nanoTime();
        try (var manager = manager()) {
          manager.start();
          longest = i == 0 ? 0 : Math.max(longest, System.nanoTime() - begun);
        }
      }
      return longest;
    }

    private Manager manager() {
      return Manager.builder(starts % 3 == 0 ? copied : linked, state)
          .discovery(false)
          .audit(AuditSink.none())
          .metrics(MetricsBackend.none())
          .build();
    }

    /** One start under attack, and a call if it succeeds. */
    void start(Attack attack, When when, long after) throws Exception {
      restore();
      var over = new AtomicBoolean();
      var begun = System.nanoTime();
      var adversary =
          Thread.ofPlatform()
              .start(
                  () -> {
                    if (when == When.AT_EXEC) {
                      while (!over.get() && !hasChild()) {
                        Thread.onSpinWait();
                      }
                    }
                    LockSupport.parkNanos(begun + after - System.nanoTime());
                    do {
                      change(attack, when == When.ALWAYS ? moment() : HOLD_NANOS);
                      LockSupport.parkNanos(random.nextInt(300_000));
                    } while (when == When.ALWAYS && !over.get());
                  });
      String outcome = "started";
      try (var manager = manager()) {
        manager.start();
        // Only now nobody can take its place any more: it runs, and what runs cannot be written to.
        var handle = manager.handle("echo").orElseThrow();
        var request = FetchSchemaRequest.newBuilder().setSchemaId("pid").build();
        var answer = manager.hooks().fetchSchema(request).orElseThrow().getSpec().toStringUtf8();
        if (!handle.sha256().equals(sha256) || !answer.equals(Long.toString(handle.pid()))) {
          other++;
        }
      } catch (Manager.StartFailed e) {
        outcome = e.failure().diagnosis();
        if (!SAID.contains(outcome)
            || !String.valueOf(e.getMessage()).contains(binary.toString())) {
          unexplained++;
          System.err.println(attack + " " + when + " " + after + " ns: " + e.getMessage());
        }
      } finally {
        over.set(true);
        adversary.join();
      }
      starts++;
      outcomes.merge(outcome, 1, Integer::sum);
    }

    Result result() throws IOException {
      long secrets = 0;
      try (var seen = Files.newDirectoryStream(folder, "evil-saw.*")) {
        for (var file : seen) {
          secrets += Files.readString(file).contains(SECRET) ? 1 : 0;
        }
      }
      return new Result(
          starts, unexplained, server.calls() + secrets + other, 0, outcomes.toString());
    }

    @Override
    public void close() throws IOException {
      server.close();
    }

    /** The other file in the place of the right one, for a moment, and the traces covered. */
    private void change(Attack attack, long hold) {
      try {
        switch (attack) {
          case RENAME -> {
            put(evil);
            LockSupport.parkNanos(hold);
            put(good);
          }
          case EDIT -> {
            edit(evil);
            LockSupport.parkNanos(hold);
            edit(good);
          }
        }
      } catch (IOException e) {
        // It runs, or is gone: the next time.
      }
    }

    /** Whether a thread of this JVM has a process that was forked just now. */
    private boolean hasChild() {
      try (var threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
        for (var thread : threads) {
          for (var pid : Files.readString(thread.resolve("children")).split(" ", -1)) {
            if (!pid.isEmpty() && !known.contains(pid)) {
              known.add(pid);
              if (Files.readString(Path.of("/proc", pid, "cmdline")).contains("cvt-plugin")) {
                return true;
              }
              known.remove(pid);
            }
          }
        }
      } catch (IOException | UncheckedIOException e) {
        // It has gone in this very moment.
      }
      return false;
    }

    private long moment() {
      return random.nextInt(random.nextInt(3) == 0 ? 20_000_000 : 500_000);
    }

    private void put(Path file) throws IOException {
      var next = binary.resolveSibling("next");
      Files.copy(file, next, REPLACE_EXISTING);
      Files.setLastModifiedTime(next, time);
      Files.move(next, binary, ATOMIC_MOVE);
    }

    /** Its first bytes: those of the other one, then the right ones again. */
    private void edit(Path from) throws IOException {
      var length = (int) Files.size(evil);
      byte[] bytes;
      try (var in = Files.newInputStream(from)) {
        bytes = in.readNBytes(length);
      }
      try (var channel = FileChannel.open(binary, WRITE)) {
        channel.write(ByteBuffer.wrap(bytes), 0);
      }
      Files.setLastModifiedTime(binary, time);
    }

    private void restore() throws IOException {
      if (!Files.exists(binary) || Files.mismatch(good, binary) >= 0) {
        put(good);
      }
    }
  }
}
