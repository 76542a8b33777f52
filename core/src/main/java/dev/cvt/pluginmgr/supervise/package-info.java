/**
 * Keeps plugins up. A start comes in at {@link dev.cvt.pluginmgr.supervise.Fleet}, which gives each
 * plugin a name that calls can hold on to ({@link dev.cvt.pluginmgr.supervise.Member}) and one
 * owner ({@code Supervisor}), a virtual thread with a mailbox. What the owner does is read off a
 * pure table ({@code Life}, with {@code Restarts} for the waits and the limit): it has the plugin
 * launched ({@code ProcessLauncher}: link and verify, launch, Info, look again, SetConfig), lets
 * calls in when there is a {@link dev.cvt.pluginmgr.supervise.Session}, hears of its death or of
 * its failing health, has what is left cleared away, and launches it again. Calls find the session
 * through the member and go over the wire by {@code Unary}, whose {@link
 * dev.cvt.pluginmgr.supervise.Reply} is a closed set. What happens is told through {@link
 * dev.cvt.pluginmgr.supervise.Announcer}; every text that a plugin had a hand in passes {@link
 * dev.cvt.pluginmgr.supervise.Masks}.
 *
 * <p>Beside that way lies {@link dev.cvt.pluginmgr.supervise.Preparation}: the steps before the
 * launch, for those who launch a plugin to examine it.
 */
@NullMarked
package dev.cvt.pluginmgr.supervise;

import org.jspecify.annotations.NullMarked;
