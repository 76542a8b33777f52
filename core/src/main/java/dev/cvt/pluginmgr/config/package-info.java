/**
 * From two YAML files, or a builder's calls, to everything that a {@code Config} holds.
 *
 * <p>A file's way: {@link dev.cvt.pluginmgr.config.Loader} asks {@link
 * dev.cvt.pluginmgr.config.Home} where things are and has {@link
 * dev.cvt.pluginmgr.config.BoundedText} read each file, {@link dev.cvt.pluginmgr.config.YamlTree}
 * makes a tree of {@link dev.cvt.pluginmgr.config.Node}s that know where they stand, {@link
 * dev.cvt.pluginmgr.config.MainFile} and {@link dev.cvt.pluginmgr.config.OwnFile} bind it, key by
 * key, to a {@link dev.cvt.pluginmgr.config.Draft}. A builder fills the same draft. There the rules
 * are checked, and what comes out is a {@link dev.cvt.pluginmgr.config.Loaded}; whatever was wrong
 * on the way is collected in {@link dev.cvt.pluginmgr.config.Problems} and told at once.
 *
 * <p>The keys that one plugin or all can have in {@code pluginmgr.yaml} are described once, in
 * {@link dev.cvt.pluginmgr.config.PluginKeys}: the binder, the builder, the defaults and the manual
 * take name, unit, range and default from there.
 */
@NullMarked
package dev.cvt.pluginmgr.config;

import org.jspecify.annotations.NullMarked;
