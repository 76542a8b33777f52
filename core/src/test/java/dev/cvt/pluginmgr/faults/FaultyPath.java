package dev.cvt.pluginmgr.faults;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import org.jspecify.annotations.Nullable;

/** A path of the file system below, that leads through the faults. */
record FaultyPath(FaultyFileSystem fs, Path below) implements Path {

  private FaultyPath of(Path path) {
    return new FaultyPath(fs, path);
  }

  private @Nullable FaultyPath orNull(@Nullable Path path) {
    return path == null ? null : of(path);
  }

  private static Path unwrap(Path path) {
    if (path instanceof FaultyPath faulty) {
      return faulty.below;
    }
    throw new ProviderMismatchException();
  }

  @Override
  public FileSystem getFileSystem() {
    return fs;
  }

  @Override
  public boolean isAbsolute() {
    return below.isAbsolute();
  }

  @Override
  public @Nullable Path getRoot() {
    return orNull(below.getRoot());
  }

  @Override
  public @Nullable Path getFileName() {
    return orNull(below.getFileName());
  }

  @Override
  public @Nullable Path getParent() {
    return orNull(below.getParent());
  }

  @Override
  public int getNameCount() {
    return below.getNameCount();
  }

  @Override
  public Path getName(int index) {
    return of(below.getName(index));
  }

  @Override
  public Path subpath(int from, int to) {
    return of(below.subpath(from, to));
  }

  @Override
  public boolean startsWith(Path other) {
    return other instanceof FaultyPath faulty && below.startsWith(faulty.below);
  }

  @Override
  public boolean endsWith(Path other) {
    return other instanceof FaultyPath faulty && below.endsWith(faulty.below);
  }

  @Override
  public Path normalize() {
    return of(below.normalize());
  }

  @Override
  public Path resolve(Path other) {
    return of(below.resolve(unwrap(other)));
  }

  @Override
  public Path relativize(Path other) {
    return of(below.relativize(unwrap(other)));
  }

  @Override
  public URI toUri() {
    return below.toUri();
  }

  @Override
  public Path toAbsolutePath() {
    return of(below.toAbsolutePath());
  }

  @Override
  public Path toRealPath(LinkOption... options) throws IOException {
    return of(below.toRealPath(options));
  }

  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
    throw new UnsupportedOperationException("not needed by any test");
  }

  @Override
  public int compareTo(Path other) {
    return below.compareTo(unwrap(other));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FaultyPath faulty && fs == faulty.fs && below.equals(faulty.below);
  }

  @Override
  public int hashCode() {
    return below.hashCode();
  }

  @Override
  public String toString() {
    return below.toString();
  }
}
