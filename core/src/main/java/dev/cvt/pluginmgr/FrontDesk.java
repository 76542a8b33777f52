package dev.cvt.pluginmgr;

import dev.cvt.pluginmgr.control.Answer;
import dev.cvt.pluginmgr.control.Question;
import dev.cvt.pluginmgr.supervise.Change;
import dev.cvt.pluginmgr.supervise.Failure;
import dev.cvt.pluginmgr.supervise.Masks;
import dev.cvt.pluginmgr.supervise.Report;
import dev.cvt.pluginmgr.supervise.Standing;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers what other processes ask of a manager. Thread-safe. */
record FrontDesk(Manager manager, Masks masks, Optional<Supplier<Config>> reloader) {
  private static final System.Logger LOG = System.getLogger("dev.cvt.pluginmgr");

  Answer answer(Question question) {
    return switch (question) {
      case Question.Standings _ ->
          new Answer.Standings(manager.reports().stream().map(this::scrubbed).toList());
      case Question.Reload _ ->
          reloader
              .map(supplier -> changed(question, () -> manager.reload(supplier.get())))
              .orElseGet(
                  () ->
                      new Answer.Refused(
                          "it was given its configuration by the program that it is part of, and"
                              + " has no file to read again; have that program reload it, or build"
                              + " it with a reloader"));
      case Question.Refresh _ -> changed(question, manager::refresh);
      case Question.Reset(String plugin) -> reset(plugin);
    };
  }

  /** What was asked for, done. */
  @FunctionalInterface
  private interface Deed {
    Manager.Reloaded does() throws InterruptedException;
  }

  private Answer changed(Question question, Deed deed) {
    LOG.log(System.Logger.Level.INFO, "another process asks for a change: " + question);
    try {
      Manager.Reloaded done = deed.does();
      return new Answer.Changed(
          new Change(done.added(), done.replaced(), done.removed(), done.kept()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Refused("the manager was closed while it reloaded");
    } catch (Exception e) { // a reloader in Kotlin declares none
      LOG.log(System.Logger.Level.WARNING, "not reloaded, all goes on as before: " + said(e));
      return new Answer.Refused(said(e));
    }
  }

  private Answer reset(String plugin) {
    try {
      manager.reset(plugin);
      return new Answer.Done();
    } catch (IllegalArgumentException e) {
      return new Answer.Refused(said(e));
    }
  }

  private String said(Exception e) {
    return masks.scrub(e.getMessage() == null ? e.getClass().getName() : e.getMessage());
  }

  private Report scrubbed(Report report) {
    Standing standing = report.standing();
    return new Report(
        report.plugin(),
        new Standing(
            standing.condition(),
            standing.since(),
            standing.pid(),
            standing.restarts(),
            standing.lastFailure().map(this::scrubbed)),
        report.who());
  }

  private Failure scrubbed(Failure failure) {
    return new Failure(
        failure.plugin(),
        failure.stage(),
        failure.diagnosis(),
        masks.scrub(failure.what()),
        masks.scrub(failure.remedy()),
        failure.exit(),
        masks.scrub(failure.stderr()),
        failure.timings(),
        failure.at(),
        null);
  }
}
