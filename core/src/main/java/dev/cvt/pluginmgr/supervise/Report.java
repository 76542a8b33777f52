package dev.cvt.pluginmgr.supervise;

/**
 * One plugin of a manager, for whoever asks.
 *
 * @param who what runs, or ran last; its process number is 0 unless it takes calls
 */
public record Report(String plugin, Standing standing, Identity who) {}
