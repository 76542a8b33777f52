/**
 * The single road to a plugin. A call comes in at {@link dev.cvt.pluginmgr.hook.Road}, with the
 * {@link dev.cvt.pluginmgr.hook.Lane} of the plugin and the {@link dev.cvt.pluginmgr.hook.Rpc} that
 * is wanted, and gets an id if it has none. The lane admits it or turns it away: does the plugin
 * run, does it declare the service, does its breaker ({@link dev.cvt.pluginmgr.hook.Breaker}) let
 * calls through, is there room ({@link dev.cvt.pluginmgr.hook.Limiter})? The session calls, under
 * the deadline, and gives a reply out of a closed set. Then the duration and the code are measured,
 * one audit record is written, and only then is the reply turned into an {@link
 * dev.cvt.pluginmgr.hook.Outcome}, by what {@code on_error} says: an answer, the answer that does
 * nothing, or trouble with its remedy.
 */
@NullMarked
package dev.cvt.pluginmgr.hook;

import org.jspecify.annotations.NullMarked;
