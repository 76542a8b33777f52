package dev.cvt.goplugin.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

class LostConnectionTest {

  @Test
  void brokenSocket_isAPluginThatCannotBeReached() {
    var broken = new ClosedChannelException();
    var told =
        LostConnection.told(Status.UNKNOWN.withDescription("channel closed").withCause(broken));

    assertThat(told.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(told.getDescription()).isEqualTo("the connection was lost: channel closed");
    assertThat(told.getCause()).isSameAs(broken);
  }

  @Test
  void answerOfThePluginsOwn_isLeftAlone() {
    var answer = Status.UNKNOWN.withDescription("channel closed");
    var refused = Status.INTERNAL.withCause(new ClosedChannelException());

    assertThat(LostConnection.told(answer)).isSameAs(answer);
    assertThat(LostConnection.told(refused)).isSameAs(refused);
  }
}
