package dev.cvt.plugin.bench.faults;

/** One way in which something goes wrong, and what is looked for afterwards: a row of the table. */
public interface Fault {

  /** Its word on the command line: lower case, with hyphens. */
  String name();

  /** What is done, for a reader of the table. */
  String what();

  /**
   * Does it, many times, and looks.
   *
   * @throws Exception if it could not be done as it should: the table then has no numbers, and the
   *     run fails
   */
  Result run(Setting setting) throws Exception;
}
