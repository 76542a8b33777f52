/**
 * No secret leaves by accident in the whole test run.
 *
 * <p>Every secret that a test of any module makes up holds one word, {@link
 * dev.cvt.plugin.tests.secrets.Marker#WORD}; {@link
 * dev.cvt.plugin.tests.secrets.SecretsInSourcesTest} sees to it. After all other tests {@link
 * dev.cvt.plugin.tests.secrets.WholeRunIT} looks for that word, however it may be written, in all
 * that they have said: {@link dev.cvt.plugin.tests.secrets.Reports}.
 */
@NullMarked
package dev.cvt.plugin.tests.secrets;

import org.jspecify.annotations.NullMarked;
