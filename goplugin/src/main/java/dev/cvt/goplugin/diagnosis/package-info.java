/** From what was seen to the one cause and its remedy. */
@NullMarked
package dev.cvt.goplugin.diagnosis;

import org.jspecify.annotations.NullMarked;
