package dev.cvt.pluginmgr.config;

/**
 * Why a value cannot be taken.
 *
 * @param what is wrong
 * @param remedy what to write instead
 */
record Wrong(String what, String remedy) {}
