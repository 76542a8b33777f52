/** What leaves the manager, judged by others: audit lines by zap, metrics by Prometheus. */
@NullMarked
package dev.cvt.plugin.tests.sinks;

import org.jspecify.annotations.NullMarked;
