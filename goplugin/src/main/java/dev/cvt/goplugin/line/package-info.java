/**
 * The one line that a plugin prints to its host, as a value: {@link
 * dev.cvt.goplugin.line.HandshakeLine#print() printed} by the plugin's side, {@link
 * dev.cvt.goplugin.line.LineReader#read read} by the host's. Pure text to value and back; what the
 * host makes of the value (is the version one that it offered, does the socket exist) is not judged
 * here.
 */
@NullMarked
package dev.cvt.goplugin.line;

import org.jspecify.annotations.NullMarked;
