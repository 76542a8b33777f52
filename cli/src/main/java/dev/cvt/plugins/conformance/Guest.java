package dev.cvt.plugins.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * One process of the plugin's, started the way a host starts it, and what is seen of it.
 * Thread-safe. Ended by force with {@link #close}, with everything that it started.
 */
final class Guest implements AutoCloseable {
  /** Between the line and its end, where they come apart. */
  private static final Duration LINE_END = Duration.ofSeconds(1);

  /** What was written and what was ended may be heard of in another order. */
  private static final Duration SETTLING = Duration.ofMillis(500);

  private static final int LAST_WORDS = 160;
  private static final Duration KILLED = Duration.ofSeconds(5);

  private final Process process;
  private final Path folder;
  private final Dialer dialer;
  private final Strays strays;
  private final Capture out;
  private final Capture err;
  private final List<Calls> connections = new CopyOnWriteArrayList<>();

  Guest(Process process, Path folder, Dialer dialer, Strays strays) {
    this.process = process;
    this.folder = folder;
    this.dialer = dialer;
    this.strays = strays;
    this.out = new Capture("conformance-out-" + process.pid(), process.getInputStream());
    this.err = new Capture("conformance-err-" + process.pid(), process.getErrorStream());
  }

  Process process() {
    return process;
  }

  /** The folder that it was given for its sockets, and alone has. */
  Path folder() {
    return folder;
  }

  /** What it writes to its real standard output. */
  Capture out() {
    return out;
  }

  /** What it writes to its real standard error. */
  Capture err() {
    return err;
  }

  /** Waits for the handshake line. */
  Printed awaitPrinted(Duration patience) throws InterruptedException {
    var printed = Printed.of(out.await(text -> Printed.of(text).line().isPresent(), patience));
    return printed.line().isPresent() && !printed.ended()
        ? Printed.of(out.await(text -> Printed.of(text).ended(), LINE_END))
        : printed;
  }

  /** Waits for the handshake line, which must come. */
  Line line(Duration patience) throws InterruptedException {
    var printed = awaitPrinted(patience);
    if (printed.line().isEmpty()) {
      throw new Breach(noLine(patience));
    }
    return printed.line().get();
  }

  /** Why there is no line, in words. */
  String noLine(Duration patience) throws InterruptedException {
    // Whoever closes standard output most likely exits, which is heard of a little later.
    var exit = awaitExit(out.ended() ? SETTLING : Duration.ZERO);
    if (exit.isPresent()) {
      var _ = err.await(text -> false, SETTLING);
    }
    return (exit.isPresent()
            ? "it exited with code " + exit.getAsInt() + " and printed no handshake line"
            : "it printed no handshake line within " + patience.toMillis() + " ms")
        + lastWords();
  }

  /** A new connection to where its line says that it listens. */
  Calls dial(Line line) {
    var address =
        line.address()
            .orElseThrow(
                () -> new Breach("no host can connect to the address in its line: " + line.text()));
    var calls = dialer.plain(address);
    connections.add(calls);
    return calls;
  }

  /** Waits for its end. */
  OptionalInt awaitExit(Duration patience) throws InterruptedException {
    return process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS)
        ? OptionalInt.of(process.exitValue())
        : OptionalInt.empty();
  }

  /** The end of its standard error, to follow a sentence; empty if there is none. */
  String lastWords() {
    var said = err.text().strip().replaceAll("\\s*\\R\\s*", " / ");
    if (said.isEmpty()) {
      return "";
    }
    return "; its last words: "
        + (said.length() <= LAST_WORDS ? said : "…" + said.substring(said.length() - LAST_WORDS));
  }

  /** What lies in its folder. */
  List<String> left() {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** What it started and what still runs, itself not counted. */
  List<ProcessHandle> children() {
    return strays.of(folder).stream().filter(other -> other.pid() != process.pid()).toList();
  }

  /** Kills it and all that it started; its folder goes. Idempotent. */
  @Override
  public void close() {
    connections.forEach(Calls::close);
    var all = new ArrayList<>(process.descendants().toList());
    process.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
    children().forEach(ProcessHandle::destroyForcibly);
    try {
      var _ = process.waitFor(KILLED.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Folders.delete(folder);
  }
}
