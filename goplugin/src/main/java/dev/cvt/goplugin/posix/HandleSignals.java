package dev.cvt.goplugin.posix;

/**
 * Signals through the JDK. Its handle remembers when the process was started and checks that once
 * more before it sends, so that between the look and the signal there is no room for a stranger but
 * the instant of the call itself. Stateless.
 *
 * @param table tells whether it is still the same process
 */
public record HandleSignals(ProcessTable table) implements Signals {

  @Override
  public boolean send(ProcessTable.Entry target, Kind kind) {
    return ProcessHandle.of(target.pid())
        .filter(handle -> table.find(target.pid()).filter(target::same).isPresent())
        .map(
            handle ->
                switch (kind) {
                  case TERM -> handle.destroy();
                  case KILL -> handle.destroyForcibly();
                })
        .orElse(false);
  }
}
