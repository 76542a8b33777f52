package dev.cvt.pluginmgr.hook;

import dev.cvt.pluginmgr.supervise.Codes;
import dev.cvt.pluginmgr.supervise.Session;

/** Whether a call may go to its plugin: a closed set. */
sealed interface Admission {

  /**
   * It may.
   *
   * @param session entered, to be left
   */
  record In(Session session) implements Admission {}

  /**
   * It may not, and never reaches the plugin.
   *
   * @param code canonical, as Go spells it
   * @param what keeps it, in words
   * @param remedy what to do about it
   */
  record Refused(String code, String what, String remedy) implements Admission {

    /** The caller was interrupted while it waited. */
    static Refused interrupted() {
      return new Refused(
          Codes.CANCELED, "the caller was interrupted", "call again if the answer is still wanted");
    }
  }
}
