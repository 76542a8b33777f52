package dev.cvt.pluginmgr.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessageLimitTest {
  private static Reply.Failed<?> explained(String description, long request, long bound) {
    return MessageLimit.explain(
        Reply.Failed.of(Codes.RESOURCE_EXHAUSTED, description), request, bound);
  }

  @Test
  void request_overOurBound_namesBothSizesAndTheKey() {
    var refused = MessageLimit.refused(70_000, 65_536);

    assertThat(refused.code()).isEqualTo("ResourceExhausted");
    assertThat(refused.description())
        .isEqualTo("the request has 70000 bytes, max_message allows 65536");
    assertThat(refused.remedy()).isEqualTo("raise max_message of the plugin in pluginmgr.yaml");
    assertThat(refused.reached()).isFalse();
  }

  @Test
  void answer_overOurBound_namesBothSizesAndTheKey() {
    var failed = explained("gRPC message exceeds maximum size 65536: 70002", 12, 65_536);

    assertThat(failed.description())
        .isEqualTo("the answer has 70002 bytes, max_message allows 65536");
    assertThat(failed.remedy()).isEqualTo("raise max_message of the plugin in pluginmgr.yaml");
  }

  @Test
  void request_overTheBoundOfAGoPlugin_namesBothSizesAndWhoseBoundItIs() {
    var failed =
        explained(
            "grpc: received message larger than max (5000005 vs. 4194304)", 5_000_005, 67_108_864);

    assertThat(failed.description())
        .isEqualTo("the request has 5000005 bytes, the plugin itself accepts 4194304");
    assertThat(failed.remedy()).isEqualTo("send less, or have its author raise that bound");
  }

  @Test
  void request_overTheBoundOfAJavaPlugin_namesBothSizesAndWhoseBoundItIs() {
    var failed =
        explained("gRPC message exceeds maximum size 4194304: 5000005", 5_000_005, 67_108_864);

    assertThat(failed.description())
        .isEqualTo("the request has 5000005 bytes, the plugin itself accepts 4194304");
  }

  @Test
  void otherExhaustion_isLeftAsItIs() {
    var failed = explained("quota of 5 is used up", 12, 65_536);

    assertThat(failed.description()).isEqualTo("quota of 5 is used up");
    assertThat(failed.remedy()).isEmpty();
  }
}
