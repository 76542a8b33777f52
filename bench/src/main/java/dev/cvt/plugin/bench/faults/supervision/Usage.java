package dev.cvt.plugin.bench.faults.supervision;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What this JVM holds at one moment.
 *
 * @param open what the open descriptors are of: files, sockets, pipes
 * @param threads as the kernel counts them
 * @param heap in use after collection, bytes
 * @param direct memory outside of the heap, bytes
 * @param zombies children that have ended and were not taken note of
 */
record Usage(List<String> open, long threads, long heap, long direct, long zombies) {
  private static final Path SELF = Path.of("/proc/self");
  private static final int COLLECTIONS = 4;

  /** Threads that run virtual threads, compile and collect come and go as the JVM likes. */
  private static final int THREADS_OF_THE_JVM = 4;

  static Usage now() throws IOException, InterruptedException {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc(); // what is freed by cleaners is free after a second one
      Thread.sleep(50);
    }
    return new Usage(
        openNow(),
        count(SELF.resolve("task")),
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum(),
        countZombies());
  }

  private static List<String> openNow() throws IOException {
    try (var entries = Files.list(SELF.resolve("fd"))) {
      return entries.map(Usage::target).sorted().toList();
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return "closed meanwhile"; // as the one that lists them
    }
  }

  private static long count(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      return entries.count();
    }
  }

  private static long countZombies() throws IOException {
    String parent = " " + ProcessHandle.current().pid() + " ";
    long zombies = 0;
    try (var folders = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path folder : folders) {
        zombies += isZombie(folder.resolve("stat"), parent) ? 1 : 0;
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return zombies;
  }

  private static boolean isZombie(Path stat, String parent) {
    try {
      String text = Files.readString(stat);
      return text.substring(text.lastIndexOf(')') + 1).startsWith(" Z" + parent);
    } catch (IOException e) {
      return false; // it has gone meanwhile
    }
  }

  /** What came to stay, in descriptors, threads, MiB of memory, and zombies. */
  long more(Usage before) {
    return Math.max(0, open.size() - before.open.size())
        + Math.max(0, threads - before.threads - THREADS_OF_THE_JVM)
        + Math.max(0, mebibytes(heap - before.heap))
        + Math.max(0, mebibytes(direct - before.direct))
        + Math.max(0, zombies - before.zombies);
  }

  /** What is open now and was not before, where that is more: a leak names itself. */
  String opened(Usage before) {
    var left = new ArrayList<>(open);
    before.open.forEach(left::remove);
    return open.size() > before.open.size() ? "; opened: " + left : "";
  }

  private static long mebibytes(long bytes) {
    return bytes >> 20;
  }

  @Override
  public String toString() {
    return "%d descriptors, %d threads, %.1f MiB heap, %.1f MiB direct, %d zombies"
        .formatted(open.size(), threads, heap / 1024.0 / 1024, direct / 1024.0 / 1024, zombies);
  }
}
