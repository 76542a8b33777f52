package dev.cvt.pluginmgr.sinks.zapjson;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A file that is appended to, made with mode 0600, and opened anew when it was rotated away:
 * renamed or deleted, or exchanged for another. What was appended before that is noticed is in the
 * file that was rotated away, not lost.
 */
final class LogFile implements Target {
  /** Looking costs a system call; a rotation that is noticed this late loses nothing. */
  static final Duration LOOK_EVERY = Duration.ofMillis(100);

  /** So often in a row it may be rotated away in the instant in which it is opened. */
  private static final int ATTEMPTS = 1000;

  private final Path file;
  private final LongSupplier ticker;
  private OutputStream out;
  private @Nullable Object key;
  private long looked;

  /** Whether the last write may have ended in the middle of a line: the next one starts its own. */
  private boolean torn;

  private LogFile(Path file, LongSupplier ticker) throws IOException {
    this.file = file;
    this.ticker = ticker;
    Opened first = opened();
    this.out = first.out();
    this.key = first.key();
    this.torn = first.torn();
    this.looked = ticker.getAsLong();
  }

  /** Opens the file, or makes it. */
  static LogFile open(Path file, LongSupplier ticker) throws IOException {
    return new LogFile(file, ticker);
  }

  /** What went wrong in opening it, and the cure. */
  static String cannotOpen(Path file, IOException e) {
    String cure =
        switch (e) {
          case NoSuchFileException missing ->
              "make the folder: mkdir -p "
                  + file.getFileSystem().getPath(missing.getFile()).getParent();
          case AccessDeniedException _ -> "let this user write to it, or set another path";
          default -> "set another path";
        };
    return "cannot append audit records to " + file + ": " + reason(e) + "; " + cure;
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "its folder does not exist";
      case AccessDeniedException _ -> "permission denied";
      default -> String.valueOf(e.getMessage());
    };
  }

  /**
   * The file that is there now.
   *
   * @param key of the file that was there just before: should it be another by now, the next look
   *     tells
   * @param torn whether it ends in the middle of a line, as after a full disk or a loss of power
   */
  private record Opened(OutputStream out, @Nullable Object key, boolean torn) {}

  private Opened opened() throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        Files.createFile(file, ownerOnly());
      } catch (FileAlreadyExistsException e) {
        // It is appended to, with the mode that it has.
      }
      Object before = keyOfFile();
      try {
        // Not a channel: an interrupted caller would close that in the middle of a record.
        OutputStream out = Files.newOutputStream(file, StandardOpenOption.APPEND);
        return new Opened(out, before, endsTorn());
      } catch (NoSuchFileException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        makeWhatALinkNames();
      }
    }
  }

  /** To make a file that is there already, if only as a link to nothing, is refused. */
  private void makeWhatALinkNames() throws IOException {
    if (Files.isSymbolicLink(file)) {
      try {
        Files.newByteChannel(
                file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), ownerOnly())
            .close();
      } catch (NoSuchFileException e) {
        Path named = file.resolveSibling(Files.readSymbolicLink(file));
        throw new NoSuchFileException(named.toString());
      }
    }
  }

  private boolean endsTorn() {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) == 0) {
        return false;
      }
      try (InputStream in = Files.newInputStream(file)) {
        in.skipNBytes(Files.size(file) - 1);
        return in.read() != '\n';
      }
    } catch (IOException e) {
      return false; // it may be written to and not be read
    }
  }

  private FileAttribute<?>[] ownerOnly() {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private @Nullable Object keyOfFile() throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  @Override
  public void write(byte[] bytes, int length) throws IOException {
    try {
      followRotation();
      if (torn) {
        out.write('\n');
      }
      torn = true;
      out.write(bytes, 0, length);
      torn = false;
    } catch (IOException e) {
      throw new IOException(
          "cannot append audit records to %s: %s; make room or mend the file, the next record is tried anew"
              .formatted(file, reason(e)),
          e);
    }
  }

  private void followRotation() throws IOException {
    long now = ticker.getAsLong();
    if (now - looked < LOOK_EVERY.toNanos()) {
      return;
    }
    Object there = keyOfFile();
    if (there == null || !Objects.equals(there, key)) {
      Opened fresh = opened();
      OutputStream old = out;
      out = fresh.out();
      key = fresh.key();
      torn = fresh.torn();
      old.close();
    }
    looked = now;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
