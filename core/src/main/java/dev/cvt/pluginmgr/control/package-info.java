/**
 * How a manager answers to other processes of the same user. It listens at {@link
 * dev.cvt.pluginmgr.control.ControlSocket}, in its private folder; whoever wants to know finds the
 * folder and asks through {@link dev.cvt.pluginmgr.control.Asking}. One connection carries one
 * {@link dev.cvt.pluginmgr.control.Question} and one {@link dev.cvt.pluginmgr.control.Answer}, each
 * a JSON value that ends where its sender stops sending. While the manager works on an answer it
 * sends blanks, so that one that works can be told from one that hangs.
 */
@NullMarked
package dev.cvt.pluginmgr.control;

import org.jspecify.annotations.NullMarked;
