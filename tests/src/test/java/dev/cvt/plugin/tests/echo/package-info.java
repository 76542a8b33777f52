/**
 * The echo plugins, each under each manager: Go's and ours of both.
 *
 * <p>{@link dev.cvt.plugin.tests.echo.EchoContract} holds the table of {@code examples/ECHO.md}; a
 * subclass says which plugin runs under which {@link dev.cvt.plugin.tests.echo.EchoHost}. What is
 * wanted of one plugin is thereby wanted of all, and what a host makes of an answer as well.
 */
@NullMarked
package dev.cvt.plugin.tests.echo;

import org.jspecify.annotations.NullMarked;
