package dev.cvt.plugins.conformance;

/**
 * A process that has printed its line, and a connection to it.
 *
 * @param guest the process
 * @param line what it printed
 * @param calls over the one connection that its host has
 */
record Served(Guest guest, Line line, Calls calls) {}
