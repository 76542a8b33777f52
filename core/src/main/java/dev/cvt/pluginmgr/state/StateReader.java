package dev.cvt.pluginmgr.state;

import dev.cvt.pluginmgr.StateFile.Refused;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a state file for many plugins that start at once. The file is read each time; what it says
 * is worked out anew only where a byte of it differs, since with 64 plugins that is the same 64
 * entries 64 times over. Thread-safe.
 */
public final class StateReader {
  private final StateStore store;
  private volatile @Nullable Known known;

  /** What was read last. */
  private static final class Known {
    private final byte[] bytes;
    private final StateDocument document;

    private Known(byte[] bytes, StateDocument document) {
      this.bytes = bytes;
      this.document = document;
    }
  }

  /** Of this store. */
  public StateReader(StateStore store) {
    this.store = store;
  }

  /**
   * As {@link StateStore#read}.
   *
   * @throws Refused if it is not a state file, or cannot be read
   */
  public StateDocument read() {
    return store.read(this::parse);
  }

  private StateDocument parse(byte[] utf8) throws StateDocument.Unreadable {
    Known last = known;
    if (last != null && Arrays.equals(last.bytes, utf8)) {
      return last.document;
    }
    var document = StateDocument.parse(utf8);
    known = new Known(utf8, document);
    return document;
  }
}
