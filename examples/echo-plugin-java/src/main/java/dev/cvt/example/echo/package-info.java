/**
 * What {@code examples/ECHO.md} says: {@link dev.cvt.example.echo.EchoPlugin} answers the four
 * methods, {@link dev.cvt.example.echo.Special} knows the schema ids that mean something, {@link
 * dev.cvt.example.echo.EchoConfig} keeps what the host delivered.
 */
@NullMarked
package dev.cvt.example.echo;

import org.jspecify.annotations.NullMarked;
