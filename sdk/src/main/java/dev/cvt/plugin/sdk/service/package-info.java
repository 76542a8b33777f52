/**
 * A plugin on the wire: {@link dev.cvt.plugin.sdk.service.ServedPlugin} puts the services together,
 * one class each, and {@link dev.cvt.plugin.sdk.service.Answers} is where a blocking handler meets
 * gRPC.
 */
@NullMarked
package dev.cvt.plugin.sdk.service;

import org.jspecify.annotations.NullMarked;
