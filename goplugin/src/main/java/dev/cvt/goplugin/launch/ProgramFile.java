package dev.cvt.goplugin.launch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a file is, as the kernel would judge when asked to execute it. Immutable. */
final class ProgramFile {
  private static final int HEAD = 4096;

  /** So much of a script's first line the kernel reads. */
  private static final int FIRST_LINE = 255;

  /** Binaries have a dozen; more are not worth reading through. */
  private static final int MOST_SEGMENTS = 512;

  /** What a file can be. */
  sealed interface Kind {
    /**
     * A script.
     *
     * @param interpreter the program after {@code #!}
     * @param argument what follows it
     */
    record Script(String interpreter, Optional<String> argument) implements Kind {}

    /**
     * A binary of Linux and the BSDs.
     *
     * @param machine for which processor, as the format counts them
     * @param loader the program that loads it, if it is not self-contained
     */
    record Elf(int machine, Optional<String> loader) implements Kind {}

    /** A binary of macOS. */
    record MachO() implements Kind {}

    /** A binary of Windows. */
    record Windows() implements Kind {}

    /**
     * Nothing that a kernel executes.
     *
     * @param what in words
     */
    record Other(String what) implements Kind {}
  }

  /**
   * What a machine executes by itself.
   *
   * @param system Linux, macOS, or Windows
   * @param processor as the JDK calls it
   */
  record Machine(String system, String processor) {
    private static final int I386 = 3;
    private static final int ARM = 40;
    private static final int X86_64 = 62;
    private static final int AARCH64 = 183;

    private static final Map<Integer, String> NAMES =
        Map.of(
            I386,
            "32-bit x86",
            8,
            "MIPS",
            20,
            "32-bit PowerPC",
            21,
            "PowerPC 64",
            22,
            "S/390",
            ARM,
            "32-bit ARM",
            X86_64,
            "x86-64 (amd64)",
            AARCH64,
            "AArch64 (arm64)",
            243,
            "RISC-V",
            258,
            "LoongArch");

    /** By processor, as the JDK calls it. Most 64-bit kernels execute their 32-bit kin as well. */
    private static final Map<String, Set<Integer>> EXECUTES =
        Map.of(
            "amd64", Set.of(X86_64, I386),
            "x86_64", Set.of(X86_64, I386),
            "aarch64", Set.of(AARCH64, ARM),
            "ppc64le", Set.of(21),
            "s390x", Set.of(22),
            "riscv64", Set.of(243));

    static Machine own() {
      var os = System.getProperty("os.name");
      return new Machine(
          os.startsWith("Mac") ? "macOS" : os.startsWith("Windows") ? "Windows" : "Linux",
          System.getProperty("os.arch").toLowerCase(Locale.ROOT));
    }

    boolean executes(int machine) {
      var known = EXECUTES.get(processor);
      return known == null || known.contains(machine);
    }

    String description() {
      return system + " on " + processor;
    }

    static String name(int machine) {
      return NAMES.getOrDefault(machine, "processor number " + machine + " of the ELF list");
    }
  }

  private final byte[] head;
  private final Kind kind;

  private ProgramFile(byte[] head, Kind kind) {
    this.head = head;
    this.kind = kind;
  }

  /** Its first bytes; not to be changed. */
  byte[] head() {
    return head;
  }

  /** What they say. */
  Kind kind() {
    return kind;
  }

  static ProgramFile read(Path program) throws IOException {
    try (var file = Files.newByteChannel(program)) {
      var buffer = at(file, 0, HEAD);
      var head = new byte[buffer.remaining()];
      buffer.get(head);
      return new ProgramFile(head, kind(head, file));
    }
  }

  private static ByteBuffer at(SeekableByteChannel file, long position, int length)
      throws IOException {
    if (position < 0 || position >= file.size()) {
      return ByteBuffer.allocate(0);
    }
    var buffer = ByteBuffer.allocate(length);
    file.position(position);
    int read = 0;
    while (read >= 0 && buffer.hasRemaining()) {
      read = file.read(buffer);
    }
    return buffer.flip();
  }

  private static Kind kind(byte[] head, SeekableByteChannel file) throws IOException {
    if (head.length == 0) {
      return new Kind.Other("empty");
    }
    if (head.length < 4) {
      return new Kind.Other("a file of " + head.length + " bytes");
    }
    if (head[0] == '#' && head[1] == '!') {
      return script(head);
    }
    return switch (ByteBuffer.wrap(head).getInt()) {
      case 0x7f454c46 -> elf(head, file);
      case 0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe -> new Kind.MachO();
      // Java's class files begin alike; a binary for several processors has few of them.
      case 0xcafebabe ->
          head.length >= 8 && ByteBuffer.wrap(head, 4, 4).getInt() < 20
              ? new Kind.MachO()
              : new Kind.Other("a Java class file");
      case 0x504b0304 -> new Kind.Other("a zip or jar archive");
      default ->
          head[0] == 'M' && head[1] == 'Z'
              ? new Kind.Windows()
              : new Kind.Other(isText(head) ? "a text file" : "a file of unknown format");
    };
  }

  private static boolean isText(byte[] head) {
    for (byte b : head) {
      if (b == 0) {
        return false;
      }
    }
    return true;
  }

  private static Kind script(byte[] head) {
    var text = new String(head, 2, Math.min(head.length - 2, FIRST_LINE), StandardCharsets.UTF_8);
    // The kernel reads up to a line end or a NUL.
    var line = text.split("[\n\0]", 2)[0].replaceAll("^[ \t]+|[ \t]+$", "");
    var words = line.split("[ \t]+", 2);
    return words[0].isEmpty()
        ? new Kind.Other("a script whose first line names no interpreter")
        : new Kind.Script(
            words[0], words.length > 1 ? Optional.of(words[1]) : Optional.<String>empty());
  }

  /** Reads the header and looks for the segment that names the loader. */
  private static Kind elf(byte[] head, SeekableByteChannel file) throws IOException {
    if (head.length < 64) {
      return new Kind.Other("a truncated binary");
    }
    boolean wide = head[4] == 2;
    var header =
        ByteBuffer.wrap(head).order(head[5] == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    int machine = Short.toUnsignedInt(header.getShort(18));
    long table = wide ? header.getLong(32) : Integer.toUnsignedLong(header.getInt(28));
    int size = Short.toUnsignedInt(header.getShort(wide ? 54 : 42));
    int count = Short.toUnsignedInt(header.getShort(wide ? 56 : 44));
    if (size < (wide ? 56 : 32) || table <= 0 || count > MOST_SEGMENTS) {
      return new Kind.Elf(machine, Optional.empty());
    }
    for (int i = 0; i < count; i++) {
      var segment = at(file, table + (long) i * size, size).order(header.order());
      if (segment.remaining() == size && segment.getInt(0) == 3) {
        long offset = wide ? segment.getLong(8) : Integer.toUnsignedLong(segment.getInt(4));
        long length = wide ? segment.getLong(32) : Integer.toUnsignedLong(segment.getInt(16));
        return new Kind.Elf(machine, loader(file, offset, length));
      }
    }
    return new Kind.Elf(machine, Optional.empty());
  }

  private static Optional<String> loader(SeekableByteChannel file, long offset, long length)
      throws IOException {
    if (offset < 0 || length <= 1 || length > HEAD) {
      return Optional.empty();
    }
    var name = StandardCharsets.UTF_8.decode(at(file, offset, (int) length)).toString();
    int end = name.indexOf('\0');
    return Optional.of(end < 0 ? name : name.substring(0, end)).filter(n -> n.startsWith("/"));
  }
}
