package dev.cvt.plugins;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** Says which build this is, and of which Java: {@code cvt-plugins version}. */
@Command(
    name = "version",
    description = "Prints the version of this command and of its Java.",
    footer = {"", "Example: cvt-plugins version"})
final class Version extends Subcommand implements IVersionProvider {
  Version() {}

  @Override
  boolean takes(List<String> words) {
    return words.isEmpty();
  }

  @Override
  public Integer call() {
    for (String line : getVersion()) {
      context().terminal().print(line);
    }
    return ExitCode.OK;
  }

  @Override
  public String[] getVersion() {
    String ours =
        Version.class.getModule().getDescriptor().rawVersion().orElse("(not from an archive)");
    return new String[] {"cvt-plugins " + ours, "java " + Runtime.version()};
  }
}
