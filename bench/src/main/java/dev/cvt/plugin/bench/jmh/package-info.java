/** What is measured inside one JVM, by JMH. */
@NullMarked
package dev.cvt.plugin.bench.jmh;

import org.jspecify.annotations.NullMarked;
