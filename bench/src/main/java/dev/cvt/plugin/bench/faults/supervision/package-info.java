/**
 * Faults of processes and what a manager makes of them: plugins that die, hosts that are killed,
 * plugins that are exchanged under load, and what it costs to do nothing. Each is a {@link
 * dev.cvt.plugin.bench.faults.Fault} on a {@link dev.cvt.plugin.bench.faults.supervision.Household}
 * of real plugins. Their quick forms are run as tests by every build.
 */
@NullMarked
package dev.cvt.plugin.bench.faults.supervision;

import org.jspecify.annotations.NullMarked;
