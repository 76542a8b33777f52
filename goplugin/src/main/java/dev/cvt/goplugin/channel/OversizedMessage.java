package dev.cvt.goplugin.channel;

import io.grpc.Status;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Puts into words which side refused a message for its size, both sizes, and what to do. The three
 * texts that it knows are those of grpc-java (both directions) and grpc-go.
 */
public final class OversizedMessage {
  private static final Pattern OURS_INBOUND =
      Pattern.compile("gRPC message exceeds maximum size (\\d+): (\\d+)");
  private static final Pattern OURS_OUTBOUND = Pattern.compile("message too large (\\d+) > (\\d+)");
  private static final Pattern GO_PLUGINS =
      Pattern.compile("received message larger than max \\((\\d+) vs\\. (\\d+)\\)");

  private OversizedMessage() {}

  /** The words of grpc-java for a request that is too large. */
  static Status outbound(int size, int most) {
    return Status.RESOURCE_EXHAUSTED.withDescription("message too large " + size + " > " + most);
  }

  /**
   * The status in better words, if that is what it is about.
   *
   * @param maxOutbound this host's limit for requests, in bytes
   * @param maxInbound this host's limit for answers, in bytes
   */
  static Status explain(Status status, int maxOutbound, int maxInbound) {
    var said = String.valueOf(status.getDescription());
    var inbound = OURS_INBOUND.matcher(said);
    if (inbound.find() && inbound.group(1).equals(String.valueOf(maxInbound))) {
      return status.withDescription(
          "the plugin's answer has "
              + inbound.group(2)
              + " bytes, and this host takes at most "
              + maxInbound
              + "; raise maxInbound of the launch");
    }
    var outbound = OURS_OUTBOUND.matcher(said);
    if (outbound.find() && outbound.group(2).equals(String.valueOf(maxOutbound))) {
      return status.withDescription(
          "the request has "
              + outbound.group(1)
              + " bytes, and this host sends at most "
              + maxOutbound
              + "; raise maxOutbound of the launch");
    }
    var plugins = GO_PLUGINS.matcher(said);
    if (plugins.find()) {
      return status.withDescription(
          "the request has "
              + plugins.group(1)
              + " bytes, and the plugin takes at most "
              + plugins.group(2)
              + "; send less, or have the plugin's author raise its limit");
    }
    return received(status)
        .map(
            sizes ->
                status.withDescription(
                    "the request has "
                        + sizes.actual()
                        + " bytes, and the plugin takes at most "
                        + sizes.limit()
                        + "; send less, or have the plugin's author raise its limit (maxMessage of"
                        + " a PluginServer)"))
        .orElse(status);
  }

  /**
   * What a message had and what it was allowed to have, in bytes.
   *
   * @param actual the message's size
   * @param limit the receiver's
   */
  public record Sizes(String actual, String limit) {}

  /** The sizes, where a receiver on grpc-java has refused a message. */
  public static Optional<Sizes> received(Status status) {
    var said = OURS_INBOUND.matcher(String.valueOf(status.getDescription()));
    return said.find() ? Optional.of(new Sizes(said.group(2), said.group(1))) : Optional.empty();
  }
}
