package dev.cvt.goplugin.posix;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A control group of Linux (version 2): whoever is in it, and all that descend from them, whatever
 * they do to their session and their environment. Nobody leaves it who may not write to the tree.
 *
 * @param folder by which the kernel shows it
 */
public record Cgroup(Path folder) {
  private static final System.Logger LOG = System.getLogger("dev.cvt.goplugin");

  /** Who is in it; a process is put in by writing its number. */
  private static final String PROCESSES = "cgroup.procs";

  /** Since Linux 5.14: ends all at once, those that are just being born included. */
  private static final String KILL = "cgroup.kill";

  /** How long killed processes may take to vanish. */
  private static final Duration VANISHING = Duration.ofSeconds(2);

  private static final long LOOK_MILLIS = 2;

  /** Whether the kernel can end such a group whole, and this process may ask for it. */
  public boolean killable() {
    return Files.isWritable(folder.resolve(KILL));
  }

  /** What a process writes 0 to, to put itself in. */
  public Path entrance() {
    return folder.resolve(PROCESSES);
  }

  /** Puts a process in; false if it cannot be, as when it has ended. */
  public boolean add(long pid) {
    try {
      write(entrance(), Long.toString(pid));
      return true;
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "process " + pid + " was not put into " + folder, e);
      return false;
    }
  }

  /** The numbers of those in it and in groups below it. */
  public Set<Long> pids() {
    var pids = new HashSet<Long>();
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path group, BasicFileAttributes facts)
                throws IOException {
              for (String line : Files.readAllLines(group.resolve(PROCESSES))) {
                pids.add(Long.parseLong(line));
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE; // a group below that has gone meanwhile
            }
          });
    } catch (IOException | NumberFormatException e) {
      LOG.log(Level.DEBUG, "nobody can say who is in " + folder, e);
    }
    return pids;
  }

  /** Ends all of them at once. */
  public void kill() {
    try {
      write(folder.resolve(KILL), "1");
    } catch (IOException e) {
      LOG.log(Level.DEBUG, folder + " was not killed", e);
    }
  }

  private static void write(Path file, String text) throws IOException {
    Files.write(file, text.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
  }

  /**
   * Takes it away, with groups below it. The kernel does so only when nobody is left, and those who
   * were killed take a moment to vanish.
   *
   * @return whether it is gone
   */
  public boolean remove() {
    long until = System.nanoTime() + VANISHING.toNanos();
    while (true) {
      try {
        removeTree();
        return true;
      } catch (NoSuchFileException e) {
        return true;
      } catch (IOException e) {
        if (System.nanoTime() - until > 0) {
          LOG.log(Level.WARNING, "a control group stays behind: " + folder, e);
          return false;
        }
      }
      try {
        Thread.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false; // swept by the next host
      }
    }
  }

  private void removeTree() throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult postVisitDirectory(Path group, @Nullable IOException e)
              throws IOException {
            Files.delete(group);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
