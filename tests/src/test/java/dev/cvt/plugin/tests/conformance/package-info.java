/**
 * The conformance run, held against plugins that behave and against one plugin for each way to
 * misbehave: {@link dev.cvt.plugin.tests.conformance.MisbehavingTest} shows that each rule can be
 * broken, {@link dev.cvt.plugin.tests.conformance.BehavingTest} that all can be kept.
 */
@NullMarked
package dev.cvt.plugin.tests.conformance;

import org.jspecify.annotations.NullMarked;
