package dev.cvt.goplugin;

import java.util.OptionalLong;

/**
 * The memory of a plugin and of all that it has started, at one moment.
 *
 * @param processes how many processes that are, the plugin's own among them
 * @param resident what of it is in RAM, in bytes; pages that several of them share count for each
 * @param unshared what of it no other process of the machine shares: what their end would give
 *     back, in bytes; empty where the system does not tell
 */
public record MemoryUse(int processes, long resident, OptionalLong unshared) {}
