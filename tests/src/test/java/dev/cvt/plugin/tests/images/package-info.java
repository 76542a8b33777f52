/**
 * The images as their users have them: the command's, copied elsewhere, and the example of a
 * runtime of one's own, with sinks that neither was built with. {@link
 * dev.cvt.plugin.tests.images.EchoHome} is the home that each of them works on.
 */
package dev.cvt.plugin.tests.images;
