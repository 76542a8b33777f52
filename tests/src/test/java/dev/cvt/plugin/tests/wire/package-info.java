/**
 * {@code goplugin} against go-plugin itself: the example plugins of that library under our host,
 * and its example hosts on a plugin of ours, with and without AutoMTLS.
 *
 * <p>The examples' messages are read and written field by field ({@link
 * dev.cvt.plugin.tests.wire.Raw}), so that nothing here is generated from their protos.
 */
@NullMarked
package dev.cvt.plugin.tests.wire;

import org.jspecify.annotations.NullMarked;
