/** What a CVT plugin and its host agree on, besides the messages: {@link CvtProtocol}. */
@NullMarked
package dev.cvt.plugin.sdk.protocol;

import org.jspecify.annotations.NullMarked;
