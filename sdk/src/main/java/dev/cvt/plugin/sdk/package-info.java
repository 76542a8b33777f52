/**
 * A plugin from its name to its last answer.
 *
 * <p>The way through: {@link dev.cvt.plugin.sdk.Plugin} collects who the plugin is and what it
 * does, and serves; the host then asks who it is, delivers the configuration to the {@link
 * dev.cvt.plugin.sdk.ConfigReceiver}, and calls the {@link dev.cvt.plugin.sdk.RegistryProvider} and
 * the {@link dev.cvt.plugin.sdk.EventHandler}, which answer or throw a {@link
 * dev.cvt.plugin.sdk.Refusal}. The services on the wire are in {@code dev.cvt.plugin.sdk.service},
 * the packing into one file in {@code dev.cvt.plugin.sdk.packaging}.
 */
@NullMarked
package dev.cvt.plugin.sdk;

import org.jspecify.annotations.NullMarked;
