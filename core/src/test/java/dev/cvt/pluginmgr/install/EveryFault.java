package dev.cvt.pluginmgr.install;

import dev.cvt.pluginmgr.install.EveryFaultTest.Change;
import java.nio.file.Files;
import java.nio.file.Path;

/** The long form of {@link EveryFaultTest}: each change in each way, on a real disk too. */
public final class EveryFault {

  private interface Way {
    void go(Change change) throws Exception;
  }

  private EveryFault() {}

  /**
   * Arguments: an empty folder, and how many kinds of changes to do it to (all without it). The
   * last line says how many faults there were, and, as the last of the numbers, after how many
   * changes something did not hold.
   */
  public static void main(String[] arguments) throws Exception {
    var test = new EveryFaultTest();
    test.work(Files.createDirectory(Path.of(arguments[0]).resolve("work")));
    Way[] ways = {
      test::oneCallFails_onJimfs,
      test::allCallsFailFromOneOn_onJimfs,
      test::processDiesAtOneCall_onJimfs,
      test::oneCallFails_onARealFileSystem,
      test::oneCallIsSlow_andReadersMeetOnlyWholeFiles,
      test::powerIsCutAtOneCall_onARealFileSystem
    };
    int changes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : Change.values().length;
    int wrong = 0;
    for (int i = 0; i < changes; i++) {
      for (var way : ways) {
        try {
          way.go(Change.values()[i]);
        } catch (Exception | AssertionError e) {
          System.err.println(Change.values()[i] + ": " + e);
          wrong++;
        }
      }
    }
    System.out.printf(
        "%d 0 0 %d %d changes, failing, slow, dying and without power at every call%n",
        EveryFaultTest.TRIES.get(), wrong, changes);
  }
}
