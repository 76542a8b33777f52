package dev.cvt.plugin.sdk.packaging;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes a POSIX tar archive (ustar) that any {@code tar} can read: regular files only, without
 * owners, each with its modification time in whole seconds. Not thread-safe.
 */
final class Tar {

  private static final int BLOCK = 512;
  private static final int NAME = 100;

  private final OutputStream out;

  Tar(OutputStream out) {
    this.out = out;
  }

  /**
   * Adds one file.
   *
   * @param name with slashes, relative, in ASCII, up to 100 characters
   * @param mode the permissions
   */
  void add(String name, Path file, int mode) throws IOException {
    if (name.length() > NAME || !US_ASCII.newEncoder().canEncode(name)) {
      throw new IOException("the name \"" + name + "\" does not fit into a tar archive");
    }
    long size = Files.size(file);
    byte[] header = new byte[BLOCK];
    put(header, 0, name);
    put(header, 100, octal(mode, 7));
    put(header, 108, octal(0, 7));
    put(header, 116, octal(0, 7));
    put(header, 124, octal(size, 11));
    put(header, 136, octal(Files.getLastModifiedTime(file).toMillis() / 1000, 11));
    put(header, 148, "        "); // the checksum is taken over blanks in its own place
    put(header, 156, "0");
    put(header, 257, "ustar\00000");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, 148, octal(sum, 6) + "\0 ");
    out.write(header);
    Files.copy(file, out);
    out.write(new byte[(int) (Math.ceilDiv(size, BLOCK) * BLOCK - size)]);
  }

  /** Writes the end of the archive; the stream stays open. */
  void finish() throws IOException {
    out.write(new byte[2 * BLOCK]);
  }

  private static String octal(long number, int width) {
    String digits = Long.toOctalString(number);
    return "0".repeat(Math.max(0, width - digits.length())) + digits;
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }
}
