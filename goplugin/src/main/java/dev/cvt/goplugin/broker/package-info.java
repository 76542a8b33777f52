/**
 * go-plugin's broker, the part that is the same on both sides. {@link
 * dev.cvt.goplugin.broker.StreamBroker} keeps the numbers; each side gives it its own way to serve
 * and to connect ({@link dev.cvt.goplugin.broker.StreamBroker.Sockets}) and the stream of the
 * {@code GRPCBroker} service: the host opens it as a client, the plugin answers it as a server.
 *
 * <p>A callback: the host {@code serve}s under a number ▶ the announcement goes over the stream ▶
 * the host passes the number in a call of its own ▶ the plugin {@code dial}s it.
 */
@NullMarked
package dev.cvt.goplugin.broker;

import org.jspecify.annotations.NullMarked;
