/**
 * The text of a state file and what it means.
 *
 * <p>Bytes become a tree in {@link dev.cvt.pluginmgr.state.JsonReader}, which bounds what a hostile
 * file may cost; {@link dev.cvt.pluginmgr.state.StateDocument} takes from the tree what this
 * version knows and keeps the rest; {@link dev.cvt.pluginmgr.state.JsonWriter} writes it as Go's
 * {@code encoding/json} would. {@link dev.cvt.pluginmgr.state.StateStore} reads the file and
 * replaces it; {@link dev.cvt.pluginmgr.state.StateReader} reads it for many starts.
 */
@NullMarked
package dev.cvt.pluginmgr.state;

import org.jspecify.annotations.NullMarked;
