package dev.cvt.pluginmgr.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Objects;

/**
 * What a file system failure means to a person. The JDK's own messages are often just a path.
 *
 * @param what the fact, such as "no space left on device (/home/u/.cvt/plugins/x)"
 * @param remedy what to do about it
 */
public record IoText(String what, String remedy) {

  /** The words for a failure. */
  public static IoText of(IOException e) {
    if (e instanceof AtomicFile.NotDurable && e.getCause() instanceof IOException cause) {
      return of(cause);
    }
    var reason = reason(e);
    var file = e instanceof FileSystemException f && f.getFile() != null ? f.getFile() : "";
    return new IoText(file.isEmpty() ? reason : reason + " (" + file + ")", remedy(reason));
  }

  private static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case NoSuchFileException _ -> "no such file";
      case FileAlreadyExistsException _ -> "file exists";
      case NotDirectoryException _ -> "not a folder";
      case DirectoryNotEmptyException _ -> "folder not empty";
      case AtomicMoveNotSupportedException _ -> "cannot be renamed across file systems";
      case FileSystemException f when f.getReason() != null -> lower(f.getReason());
      default -> lower(Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName()));
    };
  }

  private static String lower(String text) {
    return text.length() < 2 || !Character.isLowerCase(text.charAt(1)) // "I/O error"
        ? text
        : Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }

  private static String remedy(String reason) {
    return switch (reason) {
      case "no space left on device" -> "free some space and try again";
      case "disk quota exceeded" -> "free some of your quota and try again";
      case "read-only file system" -> "remount it writable and try again";
      case "permission denied", "operation not permitted" ->
          "see whose it is with ls -ld, make it yours and try again";
      case "cannot be renamed across file systems" ->
          "keep the plugin root on one file system, without mounts inside it";
      default -> "put that right and try again";
    };
  }
}
