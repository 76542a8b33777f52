package dev.cvt.pluginmgr.hook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.hook.Breaker.End;
import dev.cvt.pluginmgr.supervise.Reply;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BreakerTest {
  private static final long OPEN_FOR = Duration.ofSeconds(10).toNanos();

  private static Breaker breaker(int failures, int probes) {
    return new Breaker(new Config.Breaker(failures, Duration.ofSeconds(10), probes));
  }

  private static void call(Breaker breaker, End end, long now) {
    assertThat(breaker.admits(now)).isTrue();
    breaker.ended(end, now);
  }

  private static Breaker opened(int probes) {
    var breaker = breaker(2, probes);
    call(breaker, End.ILL, 0);
    call(breaker, End.ILL, 0);
    return breaker;
  }

  @Test
  void closed_failuresThatAreNotInARow_staysClosed() {
    var breaker = breaker(2, 1);
    call(breaker, End.ILL, 0);
    call(breaker, End.WELL, 0);
    call(breaker, End.ILL, 0);

    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void closed_endsThatTeachNothing_neitherCountNorClear() {
    var breaker = breaker(2, 1);
    call(breaker, End.ILL, 0);
    call(breaker, End.UNKNOWN, 0);
    call(breaker, End.ILL, 0);

    assertThat(breaker.isOpen()).isTrue();
  }

  @Test
  void open_untilItsTimeIsOver_turnsAway() {
    var breaker = opened(1);

    assertThat(breaker.admits(OPEN_FOR - 1)).isFalse();
    assertThat(breaker.admits(OPEN_FOR)).isTrue();
  }

  @Test
  void halfOpen_letsOnlyTheProbesThrough() {
    var breaker = opened(2);

    assertThat(breaker.admits(OPEN_FOR)).isTrue();
    assertThat(breaker.admits(OPEN_FOR)).isTrue();
    assertThat(breaker.admits(OPEN_FOR)).isFalse();
  }

  @Test
  void halfOpen_allProbesWell_closes() {
    var breaker = opened(2);
    call(breaker, End.WELL, OPEN_FOR);
    assertThat(breaker.isOpen()).isTrue();
    call(breaker, End.WELL, OPEN_FOR);

    assertThat(breaker.isOpen()).isFalse();
    call(breaker, End.ILL, OPEN_FOR);
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void halfOpen_oneProbeIll_opensForTheWholeTimeAgain() {
    var breaker = opened(2);
    call(breaker, End.ILL, OPEN_FOR);

    assertThat(breaker.admits(2 * OPEN_FOR - 1)).isFalse();
    assertThat(breaker.admits(2 * OPEN_FOR)).isTrue();
  }

  @Test
  void halfOpen_probeThatTeachesNothing_givesItsPlaceBack() {
    var breaker = opened(1);
    call(breaker, End.UNKNOWN, OPEN_FOR);

    assertThat(breaker.admits(OPEN_FOR)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "Unavailable,true,ILL",
    "DeadlineExceeded,true,ILL",
    "Internal,true,ILL",
    "Unknown,true,ILL",
    "DataLoss,true,ILL",
    "Canceled,true,UNKNOWN",
    "NotFound,true,WELL",
    "Unimplemented,true,WELL",
    "ResourceExhausted,false,UNKNOWN"
  })
  void failure_byItsCode_saysHowThePluginIs(String code, boolean reached, End end) {
    assertThat(End.of(new Reply.Failed<>(code, "", "", reached, null))).isEqualTo(end);
  }

  @Test
  void answer_saysThatThePluginIsWell() {
    assertThat(End.of(new Reply.Answered<>("x"))).isEqualTo(End.WELL);
  }
}
