package dev.cvt.pluginmgr.control;

import dev.cvt.pluginmgr.state.Json;
import java.util.ArrayList;
import java.util.List;

/** What can be asked of a manager that runs. */
public sealed interface Question {

  /** How do the plugins stand? */
  record Standings() implements Question {}

  /** Read the configuration again, and go over to it. */
  record Reload() implements Question {}

  /** Keep the configuration, and go over to the binaries that are installed now. */
  record Refresh() implements Question {}

  /** Let a plugin that is down try again from a clean slate. */
  record Reset(String plugin) implements Question {}

  /** As it is sent. */
  default Json toJson() {
    var members = new ArrayList<Json.Member>();
    members.add(new Json.Member("ask", new Json.Str(word())));
    if (this instanceof Reset(String plugin)) {
      members.add(new Json.Member("plugin", new Json.Str(plugin)));
    }
    return new Json.Obj(members);
  }

  private String word() {
    return switch (this) {
      case Standings _ -> "status";
      case Reload _ -> "reload";
      case Refresh _ -> "refresh";
      case Reset _ -> "reset";
    };
  }

  /**
   * Reads what was sent.
   *
   * @throws Members.Unfit if this manager does not know such a question
   */
  static Question of(Json json) throws Members.Unfit {
    var members = Members.of(json);
    String word = members.text("ask");
    return switch (word) {
      case "status" -> new Standings();
      case "reload" -> new Reload();
      case "refresh" -> new Refresh();
      case "reset" -> new Reset(members.text("plugin"));
      default ->
          throw new Members.Unfit(
              "this manager cannot be asked \"" + word + "\", only " + String.join(", ", WORDS));
    };
  }

  /** All that can be asked. */
  List<String> WORDS = List.of("status", "reload", "refresh", "reset");
}
