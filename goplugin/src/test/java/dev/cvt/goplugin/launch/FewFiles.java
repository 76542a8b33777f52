package dev.cvt.goplugin.launch;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Removes a folder in a process that has no descriptor left, and says how that ended. */
final class FewFiles {
  private FewFiles() {}

  public static void main(String[] folders) throws IOException {
    SocketFolder.remove(Path.of(folders[0])); // all that it needs is loaded by now
    System.getLogger("dev.cvt.goplugin")
        .log(Level.WARNING, "no more descriptors", new IOException());
    List<InputStream> open = new ArrayList<>();
    String end;
    try {
      while (true) {
        open.add(new FileInputStream("/dev/null"));
      }
    } catch (IOException e) {
      end = "left it";
      try {
        SocketFolder.remove(Path.of(folders[1]));
      } catch (StackOverflowError overflow) {
        end = "went on for ever";
      }
    }
    for (var one : open) {
      one.close();
    }
    System.out.println(end);
  }
}
