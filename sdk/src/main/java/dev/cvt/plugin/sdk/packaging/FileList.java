package dev.cvt.plugin.sdk.packaging;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of a folder with their hashes, in two parts of about the same size: those who compare
 * them later do so on two processors. Immutable.
 *
 * @param one the files of the first part, the largest first
 * @param two those of the second
 */
record FileList(List<Entry> one, List<Entry> two) {

  FileList {
    one = List.copyOf(one);
    two = List.copyOf(two);
  }

  /**
   * One file.
   *
   * @param name relative to the folder, with slashes
   * @param sha256 64 lower-case hex digits
   * @param size in bytes
   */
  record Entry(String name, String sha256, long size) {}

  /**
   * Reads a folder.
   *
   * @throws IOException if a file cannot be read, or its name has anything but letters, digits, and
   *     {@code . _ - + /}, which a shell script could not list as it does
   */
  static FileList of(Path folder) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        if (!name.matches("[A-Za-z0-9._+/-]+")) {
          throw new IOException("the file name \"" + name + "\" cannot be packed");
        }
        entries.add(new Entry(name, sha256(file), Files.size(file)));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    entries.sort(Comparator.comparingLong(Entry::size).reversed().thenComparing(Entry::name));
    List<Entry> one = new ArrayList<>();
    List<Entry> two = new ArrayList<>();
    long balance = 0;
    for (Entry entry : entries) {
      (balance <= 0 ? one : two).add(entry);
      balance += balance <= 0 ? entry.size() : -entry.size();
    }
    return new FileList(one, two);
  }

  /** All files, by name. */
  List<Entry> all() {
    return Stream.concat(one.stream(), two.stream())
        .sorted(Comparator.comparing(Entry::name))
        .toList();
  }

  /** The hash of a file, as 64 lower-case hex digits. */
  static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
