/** The config file, held against Go's reader: what it takes, ours takes alike, but for a list. */
@NullMarked
package dev.cvt.plugin.tests.config;

import org.jspecify.annotations.NullMarked;
