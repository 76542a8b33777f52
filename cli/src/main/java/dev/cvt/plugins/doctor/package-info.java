/**
 * Examines a plugin: starts it as a host does, looks at everything that can be seen, and ends it.
 *
 * <p>The way of one examination: {@link dev.cvt.plugins.doctor.Examiner} takes a launch, starts it
 * with a host of its own, has the {@link dev.cvt.plugins.doctor.Conversation} held that the
 * application wants (none for a plugin of whatever program; {@link
 * dev.cvt.plugins.doctor.CvtConversation} for CVT's), asks for health and memory, stops it, and
 * makes one {@link dev.cvt.plugins.doctor.Report} of it: data and nothing else. {@link
 * dev.cvt.plugins.doctor.TextReport} and {@link dev.cvt.plugins.doctor.JsonReport} print that. What
 * comes before a start, for a configured plugin, is in {@link
 * dev.cvt.plugins.doctor.InstalledFiles}.
 *
 * <p>But for {@code CvtConversation} and {@code InstalledFiles} nothing here knows of CVT.
 */
@NullMarked
package dev.cvt.plugins.doctor;

import org.jspecify.annotations.NullMarked;
