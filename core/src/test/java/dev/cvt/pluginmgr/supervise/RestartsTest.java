package dev.cvt.pluginmgr.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.pluginmgr.Config;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestartsTest {
  private static final long SECOND = 1_000_000_000;

  private static Config.Restart policy(int limit) {
    return new Config.Restart(
        true,
        Duration.ofSeconds(1),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        limit,
        Duration.ofMinutes(5));
  }

  private static List<Duration> pauses(int count, double random) {
    var pauses = new ArrayList<Duration>();
    var restarts = Restarts.none();
    for (int i = 0; i < count; i++) {
      var again = (Restarts.Verdict.Again) restarts.next(policy(1000), random, 0);
      pauses.add(again.pause());
      restarts = again.restarts();
    }
    return pauses;
  }

  @Test
  void pauses_inARow_beginAtNothingAndDoubleUpToTheLongest() {
    assertThat(pauses(9, 0).stream().map(Duration::toSeconds))
        .containsExactly(0L, 1L, 2L, 4L, 8L, 16L, 30L, 30L, 30L);
  }

  @Test
  void pauses_withTheMostJitter_areAFifthShorter() {
    double most = Math.nextDown(1.0);

    assertThat(pauses(7, most).stream().map(Duration::toMillis))
        .containsExactly(0L, 800L, 1600L, 3200L, 6400L, 12800L, 24000L);
  }

  @Test
  void pauses_longPastTheLongest_doNotOverflow() {
    assertThat(pauses(200, 0).getLast()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void settled_forgetsTheRowAndRemembersTheCount() {
    var two = new Restarts(2, List.of(0L, 0L));

    assertThat(two.settled().next(policy(3), 0, 0))
        .isEqualTo(new Restarts.Verdict.Again(new Restarts(1, List.of(0L, 0L, 0L)), Duration.ZERO));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5})
  void limit_withinTheWindow_givesUpAfterSoMany(int limit) {
    var restarts = Restarts.none();
    for (int i = 0; i < limit; i++) {
      restarts = ((Restarts.Verdict.Again) restarts.next(policy(limit), 0, i * SECOND)).restarts();
    }

    assertThat(restarts.next(policy(limit), 0, 299 * SECOND))
        .isEqualTo(new Restarts.Verdict.GiveUp());
  }

  @Test
  void limit_oncePartOfTheWindowHasPassed_countsTheRestAlone() {
    var five = new Restarts(0, List.of(0L, SECOND, 2 * SECOND, 3 * SECOND, 4 * SECOND));

    assertThat(five.next(policy(5), 0, 300 * SECOND))
        .isEqualTo(
            new Restarts.Verdict.Again(
                new Restarts(1, List.of(SECOND, 2 * SECOND, 3 * SECOND, 4 * SECOND, 300 * SECOND)),
                Duration.ZERO));
  }

  @Test
  void window_onAClockThatBeganBelowZero_isMeasuredAllTheSame() {
    long start = Long.MAX_VALUE - 2 * SECOND;
    var one = new Restarts(1, List.of(start));

    // The clock has run over the end of its range meanwhile.
    assertThat(one.next(policy(1), 0, start + 10 * SECOND))
        .isEqualTo(new Restarts.Verdict.GiveUp());
    assertThat(one.next(policy(1), 0, start + 301 * SECOND))
        .isInstanceOf(Restarts.Verdict.Again.class);
  }

  @Test
  void restarts_switchedOff_areNone() {
    var off =
        new Config.Restart(
            false,
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            5,
            Duration.ofMinutes(5));

    assertThat(Restarts.none().next(off, 0, 0)).isEqualTo(new Restarts.Verdict.GiveUp());
  }
}
