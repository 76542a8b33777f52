package dev.cvt.pluginmgr.install;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * What shows, without reading it, whether a file is still the same and unwritten.
 *
 * @param key device and inode, where the file system has them
 * @param changed the inode's own time, which nobody can set back; where the file system has it
 */
record FileFacts(long size, FileTime modified, Optional<Object> key, Optional<FileTime> changed) {

  static FileFacts of(Path file) throws IOException {
    var basic = Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
    return new FileFacts(
        basic.size(),
        basic.lastModifiedTime(),
        Optional.ofNullable(basic.fileKey()),
        changed(file));
  }

  /** Whether only the inode's time differs, as when another name of the file comes or goes. */
  boolean isTouched(FileFacts now) {
    return size == now.size
        && modified.equals(now.modified)
        && key.equals(now.key)
        && !changed.equals(now.changed);
  }

  private static Optional<FileTime> changed(Path file) throws IOException {
    return file.getFileSystem().supportedFileAttributeViews().contains("unix")
        ? Optional.of((FileTime) Files.getAttribute(file, "unix:ctime", NOFOLLOW_LINKS))
        : Optional.empty();
  }
}
