package dev.cvt.pluginmgr.faults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A channel of the file system below. Writes come in pieces, so that one can fail in the middle.
 */
final class FaultyChannel extends FileChannel {

  private static final int PIECE = 64;

  private final FileChannel below;
  private final Path path;
  private final Faults faults;
  private final @Nullable Journal journal;

  FaultyChannel(FileChannel below, Path path, Faults faults, @Nullable Journal journal) {
    this.below = below;
    this.path = path;
    this.faults = faults;
    this.journal = journal;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    faults.call("read", path);
    return below.read(target);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    faults.call("write", path);
    if (journal != null) {
      journal.wrote(path);
    }
    int n = Math.min(PIECE, source.remaining());
    int written = below.write(source.slice(source.position(), n));
    source.position(source.position() + written);
    return written;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    faults.call("force", path);
    below.force(metaData);
    if (journal != null) {
      journal.synced(path);
    }
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    faults.call("transfer", path);
    var buffer = ByteBuffer.allocate((int) Math.min(count, 64 * 1024));
    int n = below.read(buffer, position);
    buffer.flip();
    while (buffer.hasRemaining()) {
      target.write(buffer);
    }
    return Math.max(0, n);
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    return below.read(targets, offset, length);
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    return below.write(sources, offset, length);
  }

  @Override
  public long position() throws IOException {
    return below.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    below.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return below.size();
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    below.truncate(size);
    return this;
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count)
      throws IOException {
    return below.transferFrom(source, position, count);
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    return below.read(target, position);
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    return below.write(source, position);
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) {
    throw new UnsupportedOperationException("not needed by any test");
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    return below.lock(position, size, shared);
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return below.tryLock(position, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    below.close();
  }
}
