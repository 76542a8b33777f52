package dev.cvt.pluginmgr.faults;

import static dev.cvt.pluginmgr.faults.FaultyFileSystem.unwrap;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks the faults before each call, and keeps the journal. */
final class FaultyProvider extends FileSystemProvider {

  private final FaultyFileSystem fs;
  private final Faults faults;
  final @Nullable Journal journal;

  FaultyProvider(FaultyFileSystem fs, Faults faults, @Nullable Journal journal) {
    this.fs = fs;
    this.faults = faults;
    this.journal = journal;
  }

  private static FileSystemProvider below(Path path) {
    return unwrap(path).getFileSystem().provider();
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    boolean creates = options.contains(StandardOpenOption.CREATE_NEW);
    faults.call(creates ? "create" : "open", path);
    var channel = below(path).newFileChannel(unwrap(path), options, attributes);
    if (creates && journal != null) {
      journal.created(unwrap(path));
    }
    return new FaultyChannel(channel, unwrap(path), faults, journal);
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path folder, DirectoryStream.Filter<? super Path> filter) throws IOException {
    faults.call("list", folder);
    var stream =
        below(folder).newDirectoryStream(unwrap(folder), path -> filter.accept(fs.wrap(path)));
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        var iterator = stream.iterator();
        return new Iterator<>() {
          @Override
          public boolean hasNext() {
            return iterator.hasNext();
          }

          @Override
          public Path next() {
            return fs.wrap(iterator.next());
          }
        };
      }

      @Override
      public void close() throws IOException {
        stream.close();
      }
    };
  }

  @Override
  public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
    faults.call("mkdir", folder);
    below(folder).createDirectory(unwrap(folder), attributes);
    if (journal != null) {
      journal.created(unwrap(folder));
    }
  }

  @Override
  public void createLink(Path link, Path existing) throws IOException {
    faults.call("link", link);
    below(link).createLink(unwrap(link), unwrap(existing));
    if (journal != null) {
      journal.created(unwrap(link));
    }
  }

  @Override
  public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes)
      throws IOException {
    faults.call("symlink", link);
    below(link).createSymbolicLink(unwrap(link), unwrap(target), attributes);
  }

  @Override
  public Path readSymbolicLink(Path link) throws IOException {
    faults.call("readlink", link);
    return fs.wrap(below(link).readSymbolicLink(unwrap(link)));
  }

  @Override
  public void delete(Path path) throws IOException {
    faults.call("delete", path);
    if (journal != null) {
      journal.deleting(unwrap(path));
    }
    below(path).delete(unwrap(path));
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    faults.call("copy", target);
    below(source).copy(unwrap(source), unwrap(target), options);
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    faults.call("move", target);
    var done = journal == null ? null : journal.moving(unwrap(source), unwrap(target));
    below(source).move(unwrap(source), unwrap(target), options);
    if (done != null) {
      done.run();
    }
  }

  @Override
  public boolean isSameFile(Path a, Path b) throws IOException {
    return below(a).isSameFile(unwrap(a), unwrap(b));
  }

  @Override
  public boolean isHidden(Path path) throws IOException {
    return below(path).isHidden(unwrap(path));
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    return below(path).getFileStore(unwrap(path));
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    faults.call("access", path);
    below(path).checkAccess(unwrap(path), modes);
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    var view = below(path).getFileAttributeView(unwrap(path), type, options);
    return view instanceof PosixFileAttributeView posix
        ? type.cast(new FaultyPosixView(posix, path, faults))
        : view;
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    faults.call("stat", path);
    return below(path).readAttributes(unwrap(path), type, options);
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
      throws IOException {
    faults.call("stat", path);
    return below(path).readAttributes(unwrap(path), names, options);
  }

  @Override
  public void setAttribute(Path path, String name, Object value, LinkOption... options)
      throws IOException {
    faults.call("chmod", path);
    below(path).setAttribute(unwrap(path), name, value, options);
  }

  @Override
  public String getScheme() {
    return "faulty";
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
    throw new UnsupportedOperationException("made by FaultyFileSystem.over");
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    throw new UnsupportedOperationException("made by FaultyFileSystem.over");
  }

  @Override
  public Path getPath(URI uri) {
    throw new UnsupportedOperationException("made by FaultyFileSystem.over");
  }
}
