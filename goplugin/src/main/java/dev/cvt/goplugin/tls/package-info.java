/**
 * AutoMTLS without a certificate on disk: each side {@link
 * dev.cvt.goplugin.tls.OneTimeIdentity#generate makes} a key and a certificate for one start, gives
 * the certificate away (the host through the environment, the plugin in its handshake line), {@link
 * dev.cvt.goplugin.tls.PeerCertificate reads} the other's, and {@link
 * dev.cvt.goplugin.tls.ExactTrust trusts} exactly that one. The JDK has no public way to make a
 * certificate, so that its few hundred bytes are written by hand.
 */
@NullMarked
package dev.cvt.goplugin.tls;

import org.jspecify.annotations.NullMarked;
