package dev.cvt.pluginmgr.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.pluginmgr.Sneaky;
import dev.cvt.pluginmgr.audit.AuditTrail.Member;
import dev.cvt.pluginmgr.spi.AuditRecord;
import dev.cvt.pluginmgr.spi.AuditRecord.Kind;
import dev.cvt.pluginmgr.spi.AuditRecord.Outcome;
import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.LifecycleEvent;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AuditTrailTest {
  private static final AuditRecord RECORD =
      new AuditRecord(
          Kind.READ,
          "rest",
          "rest/1",
          "ab",
          7,
          "r-1",
          "registry.v1",
          "FetchSchema",
          3,
          Outcome.OK,
          "",
          Instant.EPOCH);

  private final List<String> lost = new ArrayList<>();

  private static final class Broken implements AuditSink {
    final AtomicInteger closed = new AtomicInteger();

    @Override
    public void record(AuditRecord record) {
      throw new IllegalStateException("disk full");
    }

    @Override
    public void event(LifecycleEvent event) {
      throw new IllegalStateException("disk full");
    }

    @Override
    public void close() {
      closed.incrementAndGet();
      throw new IllegalStateException("cannot close");
    }
  }

  private AuditTrail trail(boolean failOpen, AuditSink... sinks) {
    var members = new ArrayList<Member>();
    for (var sink : sinks) {
      members.add(new Member("sink" + members.size(), sink, true));
    }
    return new AuditTrail(
        members, failOpen, (record, sink) -> lost.add(record.requestId() + " " + sink));
  }

  @Test
  void everySink_getsEveryRecord() {
    var one = AuditSink.recording();
    var two = AuditSink.recording();
    trail(false, one, two).record(RECORD);

    assertThat(one.records()).containsExactly(RECORD);
    assertThat(two.records()).containsExactly(RECORD);
    assertThat(lost).isEmpty();
  }

  @Test
  void aSinkThatThrows_failsTheRecord_afterAllOthersHaveIt() {
    var other = AuditSink.recording();
    var trail = trail(false, new Broken(), other);

    assertThatThrownBy(() -> trail.record(RECORD))
        .isInstanceOf(AuditTrail.Lost.class)
        .hasMessage(
            "the audit record of rest registry.v1/FetchSchema, request r-1, was not taken by sink0"
                + " (disk full); mend what keeps the sink from writing, or set audit.on_error:"
                + " fail_open in pluginmgr.yaml to carry on without the record")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    assertThat(other.records()).containsExactly(RECORD);
    assertThat(lost).containsExactly("r-1 sink0");
  }

  @Test
  void aSinkThatThrowsAnError_keepsNobodyElseFromTheRecord() {
    var other = AuditSink.recording();
    AuditSink exhausted =
        new AuditSink() {
          @Override
          public void record(AuditRecord record) {
            throw new StackOverflowError();
          }

          @Override
          public void event(LifecycleEvent event) {
            throw new StackOverflowError();
          }
        };
    var trail = trail(false, exhausted, other);
    var event = new LifecycleEvent(LifecycleEvent.Type.READY, "rest", 7, "ready", Instant.EPOCH);
    trail.event(event);

    assertThatThrownBy(() -> trail.record(RECORD))
        .isInstanceOf(AuditTrail.Lost.class)
        .hasMessageContaining("was not taken by sink0 (java.lang.StackOverflowError)");
    assertThat(other.records()).containsExactly(RECORD);
    assertThat(other.events()).containsExactly(event);
    assertThat(lost).containsExactly("r-1 sink0");
  }

  @Test
  void aSinkThatThrowsWhatItDoesNotDeclare_keepsNobodyElseFromTheRecord() {
    var other = AuditSink.recording();
    AuditSink inKotlin =
        new AuditSink() {
          @Override
          public void record(AuditRecord record) {
            throw Sneaky.<RuntimeException>thrown(new IOException("broken pipe"));
          }

          @Override
          public void event(LifecycleEvent event) {
            throw Sneaky.<RuntimeException>thrown(new IOException("broken pipe"));
          }
        };
    var trail = trail(false, inKotlin, other);
    trail.event(new LifecycleEvent(LifecycleEvent.Type.READY, "rest", 7, "ready", Instant.EPOCH));

    assertThatThrownBy(() -> trail.record(RECORD))
        .isInstanceOf(AuditTrail.Lost.class)
        .hasMessageContaining("was not taken by sink0 (broken pipe)");
    assertThat(other.records()).containsExactly(RECORD);
    assertThat(other.events()).hasSize(1);
    assertThat(lost).containsExactly("r-1 sink0");
  }

  @Test
  void underFailOpen_aLostRecordIsCounted_andTheCallGoesOn() {
    trail(true, new Broken()).record(RECORD);

    assertThat(lost).containsExactly("r-1 sink0");
  }

  @Test
  void anEventThatASinkThrowsOn_reachesTheOthers() {
    var other = AuditSink.recording();
    var event = new LifecycleEvent(LifecycleEvent.Type.READY, "rest", 7, "ready", Instant.EPOCH);
    trail(false, new Broken(), other).event(event);

    assertThat(other.events()).containsExactly(event);
  }

  @Test
  void close_thatAnErrorOfOneSinkMeets_closesTheOthers() {
    var other = new Broken();
    AuditSink lacking =
        new AuditSink() {
          @Override
          public void record(AuditRecord record) {}

          @Override
          public void close() {
            throw new NoClassDefFoundError("its/Flusher");
          }
        };

    assertThatThrownBy(trail(false, lacking, other)::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "audit sink sink0 could not be closed: java.lang.NoClassDefFoundError: its/Flusher")
        .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("cannot close"));
    assertThat(other.closed).hasValue(1);
  }

  @Test
  void close_closesWhatIsOursOnce_andLosesWhatComesLater() {
    var broken = new Broken();
    var theirs = new Broken();
    var trail =
        new AuditTrail(
            List.of(new Member("ours", broken, true), new Member("theirs", theirs, false)),
            false,
            (record, sink) -> lost.add(sink));

    assertThatThrownBy(trail::close).hasMessage("cannot close");
    trail.close();

    assertThat(broken.closed).hasValue(1);
    assertThat(theirs.closed).hasValue(0);
    assertThatThrownBy(() -> trail.record(RECORD)).isInstanceOf(AuditTrail.Lost.class);
  }
}
