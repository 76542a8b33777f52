/**
 * Connections over sockets of this machine: {@link dev.cvt.goplugin.channel.EventLoop} makes
 * channels and servers, {@link dev.cvt.goplugin.channel.Security} is what they need for AutoMTLS.
 * Nothing else on the host's side knows Netty.
 *
 * <p>The connection to a plugin is {@link dev.cvt.goplugin.channel.DirectChannel}'s, which opens
 * one of grpc-java's only for what it does not carry. A plain unary call is a {@link
 * dev.cvt.goplugin.channel.DirectCall}. Its {@link dev.cvt.goplugin.channel.DirectConnection} sees
 * whether the other side's {@link dev.cvt.goplugin.channel.Allowance} covers it, gives it a number
 * among the {@link dev.cvt.goplugin.channel.OpenStreams}, appends it ({@link
 * dev.cvt.goplugin.channel.RequestFields}, {@link dev.cvt.goplugin.channel.RequestWriter}), and has
 * the caller's thread write it ({@link dev.cvt.goplugin.channel.Outlet}) to a {@link
 * dev.cvt.goplugin.channel.Wire}, plain or under TLS.
 *
 * <p>What comes back is read by the thread of the {@link dev.cvt.goplugin.channel.Poller}, or,
 * where many answers are awaited, by those who wait, as {@link dev.cvt.goplugin.channel.Reading}
 * has it. The bytes are cut into frames ({@link dev.cvt.goplugin.channel.FrameReader}), and {@link
 * dev.cvt.goplugin.channel.Incoming} sees what they mean (with {@link
 * dev.cvt.goplugin.channel.HeaderBlocks}, {@link dev.cvt.goplugin.channel.AnswerHeaders} and their
 * {@link dev.cvt.goplugin.channel.FieldTable}; {@link dev.cvt.goplugin.channel.Pongs} answers
 * pings). A call ends with an {@link dev.cvt.goplugin.channel.Answer} and its {@link
 * dev.cvt.goplugin.channel.AnswerStatus}, told on the thread of its {@link
 * dev.cvt.goplugin.channel.Waiter} or on the poller's. The host's own streams, for what a plugin
 * prints and for its broker, are {@link dev.cvt.goplugin.channel.DirectStream}s beside the calls:
 * each {@link dev.cvt.goplugin.channel.Exchange} looks the same to the one who reads.
 */
@NullMarked
package dev.cvt.goplugin.channel;

import org.jspecify.annotations.NullMarked;
