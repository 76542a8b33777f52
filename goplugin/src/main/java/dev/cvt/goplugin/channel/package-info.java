/**
 * Connections over sockets of this machine: {@link dev.cvt.goplugin.channel.EventLoop} makes
 * channels and servers, {@link dev.cvt.goplugin.channel.Security} is what they need for AutoMTLS.
 * Nothing else on the host's side knows Netty.
 *
 * <p>A plain unary call does not go through grpc-java. {@link
 * dev.cvt.goplugin.channel.DirectChannel} hands it to a {@link
 * dev.cvt.goplugin.channel.DirectCall}, whose {@link dev.cvt.goplugin.channel.DirectConnection}
 * sees whether the other side's {@link dev.cvt.goplugin.channel.Allowance} covers it, gives it a
 * number among the {@link dev.cvt.goplugin.channel.OpenStreams}, appends it ({@link
 * dev.cvt.goplugin.channel.RequestFields}, {@link dev.cvt.goplugin.channel.RequestWriter}), and has
 * the caller's thread write it ({@link dev.cvt.goplugin.channel.Outlet}) to a {@link
 * dev.cvt.goplugin.channel.Wire}, plain or under TLS. The event loop's thread reads what comes back
 * ({@link dev.cvt.goplugin.channel.WatchedSocket}, {@link dev.cvt.goplugin.channel.FrameReader})
 * and sees what it means ({@link dev.cvt.goplugin.channel.Incoming}, with {@link
 * dev.cvt.goplugin.channel.HeaderBlocks} and {@link dev.cvt.goplugin.channel.AnswerHeaders}; {@link
 * dev.cvt.goplugin.channel.Pongs} answers pings), and the call ends with an {@link
 * dev.cvt.goplugin.channel.Answer} and its {@link dev.cvt.goplugin.channel.AnswerStatus}.
 */
@NullMarked
package dev.cvt.goplugin.channel;

import org.jspecify.annotations.NullMarked;
