package dev.cvt.plugin.sdk.packaging;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * One file of a whole folder: a shell script that knows the hash of each file in it, and the folder
 * as a compressed archive. The same folder gives the same bytes.
 *
 * @param name the plugin's name in messages
 * @param main module and class
 * @param javaOptions for the plugin's JVM
 * @param startCache whether the folder holds {@link RuntimeImage#CACHE}
 */
record SelfUnpacking(String name, String main, List<String> javaOptions, boolean startCache) {

  SelfUnpacking {
    javaOptions = List.copyOf(javaOptions);
  }

  /**
   * Writes it.
   *
   * @param folder a runtime, with {@code bin/java}
   * @param payload where the archive may lie meanwhile
   * @param output the file to make
   */
  void write(Path folder, Path payload, Path output) throws IOException {
    FileList files = FileList.of(folder);
    try (OutputStream out =
        new BufferedOutputStream(new GZIPOutputStream(Files.newOutputStream(payload)))) {
      Tar tar = new Tar(out);
      for (FileList.Entry file : files.all()) {
        Path path = folder.resolve(file.name());
        tar.add(file.name(), path, Files.isExecutable(path) ? 0700 : 0600);
      }
      tar.finish();
    }
    Map<String, String> values = new HashMap<>();
    values.put("NAME", name);
    values.put("MAIN", Stub.words(List.of(main)));
    values.put("PAYLOAD", FileList.sha256(payload));
    values.put("FILES", Integer.toString(files.all().size()));
    values.put("ONE", Stub.lines(files.one()));
    values.put("TWO", Stub.lines(files.two()));
    values.put("CACHE", startCache ? "\"-XX:AOTCache=$runtime/" + RuntimeImage.CACHE + "\"" : "");
    values.put("OPTIONS", Stub.words(javaOptions));
    try (OutputStream out = Files.newOutputStream(output)) {
      out.write(withOffset(values));
      Files.copy(payload, out);
    }
  }

  /** The script says at which byte it ends, and is longer by the digits of that. */
  private static byte[] withOffset(Map<String, String> values) throws IOException {
    int offset = 0;
    byte[] stub = new byte[0];
    while (stub.length + 1 != offset) {
      offset = stub.length + 1;
      values.put("OFFSET", Integer.toString(offset));
      stub = Stub.fill("image-stub.sh", values);
    }
    return stub;
  }
}
