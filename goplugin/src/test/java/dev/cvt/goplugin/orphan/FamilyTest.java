package dev.cvt.goplugin.orphan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.goplugin.posix.ProcessTable;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who belongs to a plugin, by a table of processes that is made up. */
class FamilyTest {
  private static final ProcessTable.Entry LEADER = new ProcessTable.Entry(40, 40, 100, false);

  private record Table(List<Entry> all) implements ProcessTable {
    @Override
    public Optional<Entry> find(long pid) {
      return all.stream().filter(process -> process.pid() == pid).findFirst();
    }

    @Override
    public boolean carries(Entry process, String text) {
      return process.pid() == 77;
    }

    @Override
    public Optional<Pages> memory(Entry process) {
      return Optional.empty();
    }
  }

  private static Family family(ProcessTable.Entry... all) {
    var census = new Census(new Table(List.of(all)));
    return new Family(
        census, (target, kind) -> false, Optional.of(LEADER), "mark", Optional.empty());
  }

  private static List<Long> alive(ProcessTable.Entry... all) {
    return family(all).alive().stream().map(ProcessTable.Entry::pid).toList();
  }

  @Test
  void memberSeenBefore_isNotAliveOnceAnotherHasItsNumber() {
    assertThat(family(LEADER).alive(LEADER)).isTrue();
    assertThat(family(new ProcessTable.Entry(40, 40, 900, false)).alive(LEADER)).isFalse();
  }

  @Test
  void leader_itsSession_andWhoCarriesTheMark_belongToIt() {
    assertThat(
            alive(
                LEADER,
                new ProcessTable.Entry(41, 40, 101, false),
                new ProcessTable.Entry(42, 42, 101, false),
                new ProcessTable.Entry(43, 40, 99, false),
                new ProcessTable.Entry(44, 40, 101, true),
                new ProcessTable.Entry(77, 77, 101, false)))
        .containsExactly(40L, 41L, 77L);
  }

  @Test
  void session_outlivesItsLeader() {
    assertThat(alive(new ProcessTable.Entry(41, 40, 101, false))).containsExactly(41L);
  }

  @Test
  void strangerWhoHasGotTheLeadersNumber_doesNot_norDoesHisSession() {
    assertThat(
            alive(
                new ProcessTable.Entry(40, 40, 900, false),
                new ProcessTable.Entry(41, 40, 901, false),
                new ProcessTable.Entry(77, 77, 101, false)))
        .containsExactly(77L);
  }
}
