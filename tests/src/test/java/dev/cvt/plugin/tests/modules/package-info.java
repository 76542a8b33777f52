/**
 * The modules as they were built, held against what {@code module-graph.md} says of them.
 *
 * <p>{@link dev.cvt.plugin.tests.modules.BuiltModule} finds the jars, {@link
 * dev.cvt.plugin.tests.modules.Description} writes a module down the way the page does, {@link
 * dev.cvt.plugin.tests.modules.Dependencies} reads who uses whom from the class files, and {@link
 * dev.cvt.plugin.tests.modules.ModuleGraphIT} holds them to the rules.
 */
@NullMarked
package dev.cvt.plugin.tests.modules;

import org.jspecify.annotations.NullMarked;
