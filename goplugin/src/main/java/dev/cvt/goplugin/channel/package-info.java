/**
 * Connections over sockets of this machine: {@link dev.cvt.goplugin.channel.EventLoop} makes
 * channels and servers, {@link dev.cvt.goplugin.channel.Security} is what they need for AutoMTLS.
 * Nothing else on the host's side knows Netty.
 */
@NullMarked
package dev.cvt.goplugin.channel;

import org.jspecify.annotations.NullMarked;
