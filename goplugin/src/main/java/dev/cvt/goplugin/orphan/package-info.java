/**
 * Nothing that a plugin started outlives it: who belongs to it is a {@link
 * dev.cvt.goplugin.orphan.Family}.
 */
@NullMarked
package dev.cvt.goplugin.orphan;

import org.jspecify.annotations.NullMarked;
