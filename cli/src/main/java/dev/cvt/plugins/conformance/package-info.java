/**
 * Whether a program is a plugin as hosts expect one: it is started again and again, the way real
 * hosts do it, and each rule says what came of it.
 *
 * <p>The way through: {@link dev.cvt.plugins.conformance.Subject} says what is looked at, {@link
 * dev.cvt.plugins.conformance.Rules} lists the rules, {@link dev.cvt.plugins.conformance.Examiner}
 * applies them and makes a {@link dev.cvt.plugins.conformance.Report} of one {@link
 * dev.cvt.plugins.conformance.Outcome} each. A {@link dev.cvt.plugins.conformance.Rule} is data
 * with one check; the checks stand in the classes named {@code …Rules} and see a {@link
 * dev.cvt.plugins.conformance.Trial}. Processes are {@link dev.cvt.plugins.conformance.Guest}s of
 * {@link dev.cvt.plugins.conformance.Guests}, which ends them all and leaves nothing behind.
 */
@NullMarked
package dev.cvt.plugins.conformance;

import org.jspecify.annotations.NullMarked;
