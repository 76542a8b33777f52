package dev.cvt.pluginmgr.hook;

/**
 * What a caller gets: a closed set.
 *
 * @param <R> the answer's type
 */
public sealed interface Outcome<R> {

  /** The plugin's answer. */
  record Answer<R>(R message) implements Outcome<R> {}

  /** The answer of a host without plugins. */
  record Nothing<R>() implements Outcome<R> {}

  /** No answer. */
  record Failed<R>(Trouble trouble) implements Outcome<R> {}
}
