package dev.cvt.pluginmgr.config;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What a failed read says about a file, in words that follow the file's name. */
final class Trouble {
  private Trouble() {}

  static String with(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "does not exist";
      case AccessDeniedException _ -> "may not be read by this user";
      case FileSystemException f when f.getReason() != null ->
          "cannot be read (" + f.getReason() + ")";
      default -> "cannot be read (" + e + ")";
    };
  }
}
