/**
 * A file system that fails on demand, over any other.
 *
 * <p>{@link dev.cvt.pluginmgr.faults.FaultyFileSystem} wraps; every call that could fail in reality
 * comes through {@link dev.cvt.pluginmgr.faults.Faults}, which counts it, may fail, delay or
 * "crash" it, and can afterwards take back all that was not synced, as a power cut would.
 */
@NullMarked
package dev.cvt.pluginmgr.faults;

import org.jspecify.annotations.NullMarked;
