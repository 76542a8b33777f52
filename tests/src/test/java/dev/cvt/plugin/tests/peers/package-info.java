/**
 * The programs that our tests run against and did not write, or wrote on somebody else's library.
 *
 * <p>A test asks {@link dev.cvt.plugin.tests.peers.Peers} for a program; it is built by {@code
 * tests/peers/build} and found in a cache. Where that cannot be, the test is skipped, which the end
 * of the build tells. {@link dev.cvt.plugin.tests.peers.GoManager} and {@link
 * dev.cvt.plugin.tests.peers.Goldens} speak to the two of them that answer questions; {@link
 * dev.cvt.plugin.tests.peers.Program} runs the others.
 */
@NullMarked
package dev.cvt.plugin.tests.peers;

import org.jspecify.annotations.NullMarked;
