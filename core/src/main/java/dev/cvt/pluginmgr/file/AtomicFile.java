package dev.cvt.pluginmgr.file;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * A small file that is replaced as a whole: whoever reads it sees the old content or the new one,
 * also after a crash or a power cut.
 *
 * @param path the file
 * @param tempPrefix how the names of its temporary files begin
 * @param tempSuffix how they end; digits stand between
 */
public record AtomicFile(Path path, String tempPrefix, String tempSuffix) {

  private static final int TRIES = 1000;

  /**
   * Replaces the content: a temporary file beside it (0600), fsync, rename, fsync of the folder.
   *
   * @throws IOException if that fails before the rename: the old content stands, the temporary file
   *     is gone if it could be deleted
   * @throws NotDurable if only the last step fails: the new content stands, but a power cut may
   *     undo it
   */
  public void write(byte[] content) throws IOException {
    var temp = writeTemp(content);
    try {
      Files.move(temp, path, ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      deleteAfter(e, temp);
      throw e;
    }
    try {
      syncFolder(folder());
    } catch (IOException e) {
      throw new NotDurable(path, e);
    }
  }

  /** Whether a name is one that a temporary file of this one may have. */
  public boolean isTemp(String name) {
    return Pattern.matches(Pattern.quote(tempPrefix) + "[0-9]+" + Pattern.quote(tempSuffix), name);
  }

  /** Makes names durable that were created, renamed or deleted in a folder. */
  public static void syncFolder(Path folder) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(folder, READ);
    } catch (IOException | UnsupportedOperationException e) {
      if (folder.getFileSystem().equals(FileSystems.getDefault()) && folder.startsWith("/")) {
        throw e;
      }
      return; // in-memory file systems and Windows cannot open a folder
    }
    try (channel) {
      channel.force(true);
    }
  }

  private Path writeTemp(byte[] content) throws IOException {
    for (int i = 0; ; i++) {
      var digits = Integer.toUnsignedString(ThreadLocalRandom.current().nextInt());
      var temp = folder().resolve(tempPrefix + digits + tempSuffix);
      try {
        writeNew(temp, content);
        return temp;
      } catch (FileAlreadyExistsException e) {
        if (i == TRIES) {
          throw e;
        }
      }
    }
  }

  private static void writeNew(Path temp, byte[] content) throws IOException {
    var channel =
        FileChannel.open(
            temp,
            Set.copyOf(EnumSet.of(CREATE_NEW, WRITE)),
            Modes.creating(temp, Modes.PRIVATE_FILE));
    try {
      try (channel) {
        for (var rest = ByteBuffer.wrap(content); rest.hasRemaining(); ) {
          channel.write(rest);
        }
        channel.force(true);
      }
    } catch (IOException | RuntimeException e) {
      deleteAfter(e, temp);
      throw e;
    }
  }

  /** Deletes what a failure left behind; if that fails too, the first failure stays the news. */
  static void deleteAfter(Exception failure, Path leftover) {
    try {
      Files.deleteIfExists(leftover);
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private Path folder() {
    var parent = path.getParent();
    if (parent == null) {
      throw new IllegalArgumentException("not in a folder: " + path);
    }
    return parent;
  }

  /**
   * The new content stands, but the folder could not be synced: a power cut may bring the old back.
   */
  public static final class NotDurable extends IOException {

    private static final long serialVersionUID = 1;

    NotDurable(Path path, IOException cause) {
      super(path + " was replaced, but its folder could not be synced", cause);
    }
  }
}
