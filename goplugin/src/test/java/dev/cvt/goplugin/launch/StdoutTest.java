package dev.cvt.goplugin.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.goplugin.NoThreads;
import dev.cvt.goplugin.launch.FirstLine.Sighting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On the output of a real process, which says what it is told. */
class StdoutTest {
  private static final String LINE = "1|1|unix|/s|grpc|\n";
  private static final String NAME = "of-stdout-test";

  private final LinkedBlockingQueue<Runnable> beats = new LinkedBlockingQueue<>();
  private final List<String> strays = new CopyOnWriteArrayList<>();
  private final List<Sighting> seen = new CopyOnWriteArrayList<>();
  private final CountDownLatch drained = new CountDownLatch(1);
  private Process echo;

  @BeforeEach
  void startEcho() throws IOException {
    echo = new ProcessBuilder("cat").start();
  }

  @AfterEach
  void endEcho() {
    echo.destroyForcibly();
  }

  private Stdout stdout(BiConsumer<Duration, Runnable> timer) {
    var search =
        new FirstLine(
            false,
            (early, bytes, length, total) ->
                strays.add(new String(bytes, 0, length, StandardCharsets.UTF_8)));
    var stdout =
        new Stdout(
            NAME, echo.getInputStream(), search, seen::add, new Lookout(timer), drained::countDown);
    stdout.start();
    return stdout;
  }

  private Stdout stdout() {
    return stdout((time, task) -> beats.add(task));
  }

  private void say(String text) throws IOException {
    echo.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    echo.getOutputStream().flush();
  }

  private void beat() throws InterruptedException {
    var beat = beats.poll(10, TimeUnit.SECONDS);
    assertThat(beat).isNotNull();
    beat.run();
  }

  private static long readers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("goplugin-" + NAME + "-stdout"))
        .count();
  }

  @FunctionalInterface
  private interface Check {
    void hold() throws InterruptedException;
  }

  private static void eventually(Check check) throws InterruptedException {
    long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (true) {
      try {
        check.hold();
        return;
      } catch (AssertionError e) {
        if (System.nanoTime() > until) {
          throw e;
        }
        Thread.sleep(5);
      }
    }
  }

  private static void awaitNoReader() throws InterruptedException {
    eventually(() -> assertThat(readers()).isZero());
  }

  @Test
  void beforeTheLine_aThreadWaits() throws Exception {
    stdout();
    say("hello\n");
    eventually(() -> assertThat(strays).containsExactly("hello"));
    assertThat(readers()).isEqualTo(1);
    assertThat(beats).isEmpty();
  }

  @Test
  void afterTheLine_nobodyReadsUntilThereIsSomething() throws Exception {
    stdout();
    say(LINE);
    awaitNoReader();
    assertThat(seen).hasAtLeastOneElementOfType(Sighting.Found.class);
    beat();
    assertThat(readers()).isZero();
    say("late\n");
    eventually(
        () -> {
          beat();
          assertThat(readers()).isEqualTo(1);
        });
    eventually(() -> assertThat(strays).containsExactly("late"));
    say("later\n");
    eventually(() -> assertThat(strays).containsExactly("late", "later"));
    assertThat(readers()).isEqualTo(1);
    if (!beats.isEmpty()) {
      beat();
    }
    assertThat(beats).isEmpty();
  }

  @Test
  void whatCameWithTheLine_isReadAtOnce() throws Exception {
    stdout();
    say(LINE + "and\nmore\n");
    awaitNoReader();
    assertThat(strays).containsExactly("and", "more");
  }

  @Test
  void whoHasEnded_isReadToTheEnd() throws Exception {
    var stdout = stdout();
    say(LINE);
    awaitNoReader();
    say("last words\n");
    echo.getOutputStream().close();
    echo.waitFor();
    stdout.readToEnd();
    assertThat(drained.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(strays).containsExactly("last words");
    awaitNoReader();
    beat();
    assertThat(beats).isEmpty();
  }

  @Test
  void whoIsToEnd_doesNotRestAnyMore() throws Exception {
    var stdout = stdout();
    stdout.readToEnd();
    say(LINE + "and\n");
    eventually(() -> assertThat(strays).containsExactly("and"));
    say("more\n");
    eventually(() -> assertThat(strays).containsExactly("and", "more"));
    assertThat(readers()).isEqualTo(1);
    assertThat(beats).isEmpty();
  }

  @Test
  void theEnd_isFoundWithoutBeingTold() throws Exception {
    stdout();
    say(LINE);
    awaitNoReader();
    say("x".repeat(60_000) + "\n");
    echo.getOutputStream().close();
    echo.waitFor();
    eventually(
        () -> {
          var next = beats.poll();
          if (next != null) {
            next.run();
          }
          assertThat(drained.getCount()).isZero();
        });
    assertThat(strays).hasSize(1).first().asString().hasSize(60_000);
  }

  /** One whose line was read, and which nobody reads any more. */
  private Stdout resting() throws Exception {
    startEcho();
    var stdout = stdout();
    say(LINE);
    awaitNoReader();
    return stdout;
  }

  @Test
  void whereNoThreadIsToBeHad_oneReadsAtTheNextBeat() throws Exception {
    assertThat(NoThreads.run(WithoutThreads.class, Map.of())).isEqualTo("[late, last words]\n");
  }

  /** What is said meanwhile, and the end, are read once there are threads again. */
  static final class WithoutThreads {
    private WithoutThreads() {}

    public static void main(String[] none) throws Exception {
      var test = new StdoutTest();
      var stdout = test.resting();
      test.say("late\n");
      while (test.echo.getInputStream().available() == 0) {
        Thread.sleep(1); // nothing tells of it
      }
      NoThreads.during(test::beat);
      test.beat();
      eventually(() -> assertThat(test.strays).containsExactly("late"));
      System.out.println(test.end(stdout));
    }
  }

  @Test
  void whereNoThreadIsToBeHadAtTheEnd_oneReadsAtTheNextBeat() throws Exception {
    assertThat(NoThreads.run(EndWithoutThreads.class, Map.of())).isEqualTo("[]\n");
  }

  /** One who has nothing more to say. */
  static final class EndWithoutThreads {
    private EndWithoutThreads() {}

    public static void main(String[] none) throws Exception {
      var test = new StdoutTest();
      var stdout = test.resting();
      NoThreads.during(stdout::readToEnd);
      test.echo.getOutputStream().close();
      test.echo.waitFor();
      test.beat();
      assertThat(test.drained.await(10, TimeUnit.SECONDS)).as("it is read to the end").isTrue();
      System.out.println(test.strays);
    }
  }

  private List<String> end(Stdout stdout) throws Exception {
    say("last words\n");
    echo.getOutputStream().close();
    echo.waitFor();
    stdout.readToEnd();
    assertThat(drained.await(10, TimeUnit.SECONDS)).isTrue();
    return strays;
  }

  @Test
  void whereTheHostCloses_nobodyLooksAndTheEndIsStillRead() throws Exception {
    var stdout =
        stdout(
            (time, task) -> {
              throw new RejectedExecutionException("closed");
            });
    say(LINE);
    awaitNoReader();
    say("late\n");
    stdout.readToEnd();
    eventually(() -> assertThat(strays).containsExactly("late"));
  }
}
