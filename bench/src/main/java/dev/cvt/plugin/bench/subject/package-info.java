/**
 * What runs in a measured process of its own: each class prints JSON lines with the same keys as
 * the Go program that it stands beside.
 */
@NullMarked
package dev.cvt.plugin.bench.subject;

import org.jspecify.annotations.NullMarked;
