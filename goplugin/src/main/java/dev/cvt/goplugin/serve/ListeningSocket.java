package dev.cvt.goplugin.serve;


