package dev.cvt.plugins;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says which build this is, and of which Java: {@code cvt-plugins version}. */
@Command(name = "version", description = "Prints the version of this command and of its Java.")
final class Version implements Runnable, IVersionProvider {
  @Spec private CommandSpec spec;

  Version() {}

  @Override
  public void run() {
    for (String line : getVersion()) {
      spec.commandLine().getOut().println(line);
    }
  }

  @Override
  public String[] getVersion() {
    String ours =
        Version.class.getModule().getDescriptor().rawVersion().orElse("(not from an archive)");
    return new String[] {"cvt-plugins " + ours, "java " + Runtime.version()};
  }
}
