package dev.cvt.plugins.conformance;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is looked at, and how.
 *
 * @param program the plugin's file
 * @param dialect what its hosts agree on with it
 * @param environment what it gets besides the variables of the protocol
 * @param config what is delivered to it before it is called; only CVT's plugins take any
 * @param schemaId what a registry is asked for
 * @param slowSchemaId what a registry takes longer to answer than anybody waits, if there is such
 * @param patience how long to wait for what
 */
public record Subject(
    Path program,
    Dialect dialect,
    Map<String, String> environment,
    SortedMap<String, String> config,
    String schemaId,
    Optional<String> slowSchemaId,
    Patience patience) {

  /** What a registry is asked for unless said otherwise; hardly any knows it. */
  public static final String DEFAULT_SCHEMA_ID = "conformance";

  /** Copies. */
  public Subject {
    environment = Map.copyOf(environment);
    config = new TreeMap<>(config);
  }
}
