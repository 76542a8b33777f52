package dev.cvt.pluginmgr.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The texts that come from outside are those of a real call in the tests with processes. */
class MessageLimitTest {

  @Test
  void request_overOurBound_namesBothSizesAndTheKey() {
    var refused = MessageLimit.refused(70_000, 65_536);

    assertThat(refused.code()).isEqualTo("ResourceExhausted");
    assertThat(refused.description())
        .isEqualTo("the request has 70000 bytes, and max_message allows 65536");
    assertThat(refused.remedy()).isEqualTo("raise max_message of the plugin in pluginmgr.yaml");
    assertThat(refused.reached()).isFalse();
  }

  @Test
  void otherExhaustion_isLeftAsItIs() {
    var failed = Reply.Failed.<String>of(Codes.RESOURCE_EXHAUSTED, "quota of 5 is used up; wait");

    assertThat(MessageLimit.explain(failed)).isSameAs(failed);
  }
}
