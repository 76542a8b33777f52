package dev.cvt.plugin.sdk.testing;

import com.google.protobuf.Message;
import dev.cvt.plugin.sdk.Refusal;
import java.util.Optional;

/**
 * One call that the test made.
 *
 * @param method the method's name, such as {@code FetchSchema}
 * @param request what was asked
 * @param answer what was answered; empty if the call failed
 * @param failure how it failed, if it did
 */
public record RecordedCall(
    String method, Message request, Optional<Message> answer, Optional<Refusal> failure) {}
