/**
 * The state file, held against Go's: the same bytes from the same content, and one home for both.
 */
@NullMarked
package dev.cvt.plugin.tests.state;

import org.jspecify.annotations.NullMarked;
