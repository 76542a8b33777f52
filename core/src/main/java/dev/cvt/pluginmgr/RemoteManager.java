package dev.cvt.pluginmgr;

import dev.cvt.pluginmgr.control.Answer;
import dev.cvt.pluginmgr.control.Asking;
import dev.cvt.pluginmgr.control.Question;
import dev.cvt.pluginmgr.install.RunningManagers;
import java.time.Instant;
import java.util.List;
import java.util.SortedSet;

/** A manager that was found by its folder. */
record RemoteManager(RunningManagers.Found found) implements Manager.Remote {

  @Override
  public long pid() {
    return found.pid();
  }

  @Override
  public String command() {
    return found.command();
  }

  @Override
  public Instant since() {
    return found.since();
  }

  @Override
  public SortedSet<String> plugins() {
    return found.plugins();
  }

  @Override
  public List<Report> status() throws InterruptedException {
    return switch (ask(new Question.Standings())) {
      case Answer.Standings(var plugins) -> plugins.stream().map(Statuses::of).toList();
      case Answer.Refused(String what) -> throw failed(what);
      case Answer.Changed _, Answer.Done _ -> throw beside();
    };
  }

  @Override
  public Manager.Reloaded reload() throws InterruptedException {
    return changed(new Question.Reload());
  }

  @Override
  public Manager.Reloaded refresh() throws InterruptedException {
    return changed(new Question.Refresh());
  }

  private Manager.Reloaded changed(Question question) throws InterruptedException {
    return switch (ask(question)) {
      case Answer.Changed(var change) -> Statuses.of(change);
      case Answer.Refused(String what) -> throw failed(what);
      case Answer.Standings _, Answer.Done _ -> throw beside();
    };
  }

  @Override
  public void reset(String plugin) throws InterruptedException {
    switch (ask(new Question.Reset(plugin))) {
      case Answer.Done _ -> {}
      case Answer.Refused(String what) -> throw failed(what);
      case Answer.Standings _, Answer.Changed _ -> throw beside();
    }
  }

  private Answer ask(Question question) throws InterruptedException {
    try {
      return Asking.at(found.socket()).ask(question);
    } catch (Asking.NoAnswer e) {
      throw new Manager.RemoteFailed(
          pid(),
          false,
          "the manager in process "
              + pid()
              + " "
              + e.getMessage()
              + "; see the log of that process, and whether it is stopped or overloaded",
          e);
    }
  }

  private Manager.RemoteFailed failed(String what) {
    return new Manager.RemoteFailed(
        pid(), true, "the manager in process " + pid() + " did not do it: " + what, null);
  }

  private Manager.RemoteFailed beside() {
    return new Manager.RemoteFailed(
        pid(),
        false,
        "the manager in process "
            + pid()
            + " answered something else than it was asked; see that it is of this version",
        null);
  }
}
