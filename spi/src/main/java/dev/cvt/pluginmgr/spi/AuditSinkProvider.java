package dev.cvt.pluginmgr.spi;

import java.util.Set;

/** Makes audit sinks of one kind; found by {@link java.util.ServiceLoader}. */
public interface AuditSinkProvider {

  /** The name under which {@code pluginmgr.yaml} speaks of it: {@code [a-z][a-z0-9-]*}, unique. */
  String id();

  /** The settings that it understands; any other is refused before {@link #create} is called. */
  Set<String> keys();

  /**
   * Makes a sink, ready for records.
   *
   * @throws RuntimeException if it cannot; the message should say what to change, and the manager
   *     adds the provider's name and jar to it
   */
  AuditSink create(Context context);
}
