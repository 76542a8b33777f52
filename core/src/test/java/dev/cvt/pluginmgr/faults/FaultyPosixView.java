package dev.cvt.pluginmgr.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/** Owners and modes of the file system below. */
record FaultyPosixView(PosixFileAttributeView below, Path path, Faults faults)
    implements PosixFileAttributeView {

  @Override
  public String name() {
    return below.name();
  }

  @Override
  public PosixFileAttributes readAttributes() throws IOException {
    faults.call("stat", path);
    return below.readAttributes();
  }

  @Override
  public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
    faults.call("chmod", path);
    below.setPermissions(permissions);
  }

  @Override
  public void setGroup(GroupPrincipal group) throws IOException {
    faults.call("chgrp", path);
    below.setGroup(group);
  }

  @Override
  public void setTimes(FileTime modified, FileTime accessed, FileTime created) throws IOException {
    faults.call("utimes", path);
    below.setTimes(modified, accessed, created);
  }

  @Override
  public UserPrincipal getOwner() throws IOException {
    faults.call("stat", path);
    return below.getOwner();
  }

  @Override
  public void setOwner(UserPrincipal owner) throws IOException {
    faults.call("chown", path);
    below.setOwner(owner);
  }
}
