package dev.cvt.goplugin.orphan;

import dev.cvt.goplugin.posix.ProcessTable;
import dev.cvt.goplugin.posix.ProcessTable.Entry;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who lives on this machine now. One look takes milliseconds, and many plugins that stop at once
 * all want one: they share each look that was begun after they asked. Thread-safe.
 */
public final class Census {
  private final ProcessTable table;
  private final ReentrantLock lock = new ReentrantLock();
  private List<Entry> latest = List.of(); // guarded by lock
  private long begun = Long.MIN_VALUE; // guarded by lock; counts looks
  private final AtomicLong asked = new AtomicLong();

  /** Of a table of processes. */
  public Census(ProcessTable table) {
    this.table = table;
  }

  /** The table. */
  ProcessTable table() {
    return table;
  }

  /** Every process that lives now and lived when this was called. */
  public List<Entry> now() {
    long mine = asked.incrementAndGet();
    lock.lock();
    try {
      if (begun < mine) {
        begun = asked.incrementAndGet(); // whoever has asked by now is served by this look
        latest = table.all().stream().filter(process -> !process.dead()).toList();
      }
      return latest;
    } finally {
      lock.unlock();
    }
  }
}
