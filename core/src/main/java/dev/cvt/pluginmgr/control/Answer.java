package dev.cvt.pluginmgr.control;

import dev.cvt.pluginmgr.state.Json;
import dev.cvt.pluginmgr.supervise.Change;
import dev.cvt.pluginmgr.supervise.Report;
import java.util.ArrayList;
import java.util.List;

/** What a manager answers. */
public sealed interface Answer {

  /** How the plugins stand, in the order of their names. */
  record Standings(List<Report> plugins) implements Answer {
    /** Copies the reports. */
    public Standings {
      plugins = List.copyOf(plugins);
    }
  }

  /** It has gone over to what was asked for. */
  record Changed(Change change) implements Answer {}

  /** It was done, and there is nothing to tell. */
  record Done() implements Answer {}

  /**
   * It was not done, and all is as before.
   *
   * @param what the fact; then the remedy. Without secrets
   */
  record Refused(String what) implements Answer {}

  /** As it is sent. */
  default Json toJson() {
    return switch (this) {
      case Standings(List<Report> plugins) ->
          new Members.Writer()
              .put("plugins", new Json.Arr(plugins.stream().map(ReportJson::of).toList()))
              .end();
      case Changed(Change change) ->
          new Members.Writer()
              .put("added", change.added())
              .put("replaced", change.replaced())
              .put("removed", change.removed())
              .put("kept", change.kept())
              .end();
      case Done() -> new Members.Writer().put("done", true).end();
      case Refused(String what) -> new Members.Writer().put("refused", what).end();
    };
  }

  /**
   * Reads what was sent.
   *
   * @throws Members.Unfit if it is none of these
   */
  static Answer of(Json json) throws Members.Unfit {
    var members = Members.of(json);
    if (members.has("refused")) {
      return new Refused(members.text("refused"));
    }
    if (members.has("plugins")) {
      var plugins = new ArrayList<Report>();
      for (Json plugin : members.list("plugins")) {
        plugins.add(ReportJson.read(plugin));
      }
      return new Standings(plugins);
    }
    if (members.has("kept")) {
      return new Changed(
          new Change(
              members.texts("added"),
              members.texts("replaced"),
              members.texts("removed"),
              members.texts("kept")));
    }
    if (members.flag("done")) {
      return new Done();
    }
    throw new Members.Unfit("it is none of the answers that this version knows");
  }
}
