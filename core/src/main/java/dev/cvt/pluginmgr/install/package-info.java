/**
 * What lies under the plugin root, and how it changes: the only place that knows the layout.
 *
 * <p>An install comes through here in this order: {@link dev.cvt.pluginmgr.install.Installer} looks
 * at the source, {@link dev.cvt.pluginmgr.install.Stage} copies and hashes it beside its future
 * place, {@link dev.cvt.pluginmgr.install.Transaction} takes the lock and has {@link
 * dev.cvt.pluginmgr.install.Healer} finish what a dead process left, {@link
 * dev.cvt.pluginmgr.install.Swap} keeps the old binary aside, writes an {@link
 * dev.cvt.pluginmgr.install.Intent}, renames the new one into place and commits the state.
 *
 * <p>A start comes through {@link dev.cvt.pluginmgr.install.RunFolder}, which hands out a {@link
 * dev.cvt.pluginmgr.install.VerifiedBinary}; a mismatch is judged by {@link
 * dev.cvt.pluginmgr.install.Verifier}.
 *
 * <pre>
 * plugins/                      0700
 *   cvt-plugin-rest             an installed binary, 0700
 *   state.json                  the entries, 0600
 *   state.json.lock             never deleted
 *   state.json.intent           only while an install swaps, or after one died there
 *   .staged-PID-START-WORLD-N   a binary on its way in
 *   .previous/NAME/SHA256       the binary that the last install of NAME replaced
 *   .run/PID-START/NAME/N/FILE  what a manager executes
 *   .run/PID-START/.socket      where it listens for those who ask how it is, 0600
 * </pre>
 */
@NullMarked
package dev.cvt.pluginmgr.install;

import org.jspecify.annotations.NullMarked;
