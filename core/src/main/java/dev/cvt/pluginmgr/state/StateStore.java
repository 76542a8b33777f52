package dev.cvt.pluginmgr.state;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.StateFile.Refused.Reason;
import dev.cvt.pluginmgr.file.AtomicFile;
import dev.cvt.pluginmgr.file.IoText;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/**
 * The state file on the disk. Whoever commits holds the lock; reading needs none.
 *
 * @param path the file; absolute
 */
public record StateStore(Path path) {

  /**
   * Reads the file; a missing one is empty.
   *
   * @throws Refused if it is not a state file, or cannot be read
   */
  public StateDocument read() {
    return read(StateDocument::parse);
  }

  /** Works out what the bytes say. */
  @FunctionalInterface
  interface Parsing {
    /** As {@link StateDocument#parse}. */
    StateDocument parse(byte[] utf8) throws StateDocument.Unreadable;
  }

  /** As {@link #read()}. */
  StateDocument read(Parsing parsing) {
    try {
      return parsing.parse(bytes());
    } catch (NoSuchFileException _) {
      return StateDocument.empty();
    } catch (StateDocument.Unreadable e) {
      throw new Refused(
          Reason.UNREADABLE, path + e.place() + " " + e.getMessage(), path, "", "", e.remedy(), e);
    } catch (IOException e) {
      var text = IoText.of(e);
      throw new Refused(
          Reason.IO, path + " cannot be read: " + text.what(), path, "", "", text.remedy(), e);
    }
  }

  /**
   * Replaces the content, durably.
   *
   * @throws AtomicFile.NotDurable if it is replaced, but perhaps not durably
   * @throws IOException if it is not replaced
   */
  public void commit(StateDocument document) throws IOException {
    file().write(document.toJson());
  }

  /** Whether a name in the file's folder is that of a temporary file of this store. */
  public boolean isTemp(String name) {
    return file().isTemp(name);
  }

  private AtomicFile file() {
    var name = String.valueOf(path.getFileName());
    var stem = name.endsWith(".json") ? name.substring(0, name.length() - 5) : name;
    return new AtomicFile(path, stem + "-", ".json.tmp");
  }

  private byte[] bytes() throws IOException {
    var attributes = Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      throw new Refused(
          Reason.UNSAFE,
          path + " is not a regular file",
          path,
          "",
          "",
          "put a regular file in its place, or move it away and install the plugins again",
          null);
    }
    try (var in =
        Channels.newInputStream(Files.newByteChannel(path, Set.of(READ, NOFOLLOW_LINKS)))) {
      var bytes = in.readNBytes(JsonReader.MAX_BYTES + 1);
      if (bytes.length > JsonReader.MAX_BYTES) {
        throw new Refused(
            Reason.UNREADABLE,
            path + " is larger than " + JsonReader.MAX_BYTES + " bytes",
            path,
            "",
            "",
            "restore it from a backup, or delete it and install the plugins again",
            null);
      }
      return bytes;
    }
  }
}
