/** Plugins written on {@code goplugin} under hosts written on HashiCorp's go-plugin. */
@NullMarked
package dev.cvt.plugin.tests.goplugin;

import org.jspecify.annotations.NullMarked;
