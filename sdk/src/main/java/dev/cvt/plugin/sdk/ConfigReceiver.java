package dev.cvt.plugin.sdk;

/**
 * Takes the values under {@code config:} of the plugin's entry, secrets included. The host delivers
 * each pair once, in the order of the keys, before the first other call, and again when it starts
 * the plugin anew.
 */
@FunctionalInterface
public interface ConfigReceiver {

  /**
   * Takes one value. Unknown keys are worth a {@link Refusal}: most are typing errors.
   *
   * @param key as written in the host's configuration
   * @param value the text, never null; may be a secret: keep it out of logs and messages
   * @throws Exception to refuse it, which fails the start of the plugin; the message is shown to
   *     the person who wrote the configuration
   */
  void accept(String key, String value) throws Exception;
}
