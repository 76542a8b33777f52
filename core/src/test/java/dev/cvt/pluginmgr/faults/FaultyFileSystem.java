package dev.cvt.pluginmgr.faults;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Another file system, with {@link Faults}. */
public final class FaultyFileSystem extends FileSystem {

  private final FileSystem below;
  private final FaultyProvider provider;

  private FaultyFileSystem(FileSystem below, Faults faults, @Nullable Journal journal) {
    this.below = below;
    this.provider = new FaultyProvider(this, faults, journal);
  }

  /** Wraps a path, and with it its file system. */
  public static Path over(Path path, Faults faults) {
    return new FaultyFileSystem(path.getFileSystem(), faults, null).wrap(path);
  }

  /**
   * The same, able to {@link #cutPower}. Needs a file system that can sync folders.
   *
   * @param stash a folder on the same file system, outside of what is tested
   */
  public static Path over(Path path, Faults faults, Path stash) {
    return new FaultyFileSystem(path.getFileSystem(), faults, new Journal(stash)).wrap(path);
  }

  /** Takes back all under a wrapped folder that was not synced. */
  public static void cutPower(Path root) throws IOException {
    var fs = (FaultyFileSystem) root.getFileSystem();
    var journal = fs.provider.journal;
    if (journal == null) {
      throw new IllegalStateException("nothing was journalled");
    }
    journal.cutPower(unwrap(root));
  }

  Path wrap(Path path) {
    return new FaultyPath(this, path);
  }

  static Path unwrap(Path path) {
    return ((FaultyPath) path).below();
  }

  @Override
  public FileSystemProvider provider() {
    return provider;
  }

  @Override
  public void close() {}

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public boolean isReadOnly() {
    return below.isReadOnly();
  }

  @Override
  public String getSeparator() {
    return below.getSeparator();
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    return () ->
        StreamSupport.stream(below.getRootDirectories().spliterator(), false)
            .map(this::wrap)
            .iterator();
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return below.getFileStores();
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return below.supportedFileAttributeViews();
  }

  @Override
  public Path getPath(String first, String... more) {
    return wrap(below.getPath(first, more));
  }

  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    var matcher = below.getPathMatcher(syntaxAndPattern);
    return path -> matcher.matches(unwrap(path));
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    return below.getUserPrincipalLookupService();
  }

  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException("not needed by any test");
  }
}
