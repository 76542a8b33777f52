package dev.cvt.pluginmgr.install;

import dev.cvt.pluginmgr.StateFile.Entry;
import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.StateFile.Refused.Reason;
import dev.cvt.pluginmgr.file.AtomicFile;
import dev.cvt.pluginmgr.file.IoText;
import dev.cvt.pluginmgr.file.Shell;
import dev.cvt.pluginmgr.file.Stat;
import dev.cvt.pluginmgr.state.Json;
import dev.cvt.pluginmgr.state.JsonReader;
import dev.cvt.pluginmgr.state.JsonWriter;
import dev.cvt.pluginmgr.state.StateDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The note that an install leaves before it swaps binaries: what stood there, what shall stand
 * there. It is on the disk before the first change, and goes after the last.
 *
 * @param name the plugin
 * @param before its entry before
 * @param after its entry afterwards; its path is the one that is swapped
 * @param staged the new binary, on its way in; a file name in the root
 * @param undo where the file that is replaced was linked aside, if there was one; a file name in
 *     the plugin's folder of previous binaries
 */
record Intent(
    String name, Optional<Entry> before, Entry after, String staged, Optional<String> undo) {

  private static final int VERSION = 1;

  void write(AtomicFile file) throws IOException {
    file.write(JsonWriter.write(json()));
  }

  /**
   * The intent that somebody left, if any.
   *
   * @throws Refused if there is one that cannot be understood: nobody knows then what is to be done
   */
  static Optional<Intent> read(Path path) throws IOException {
    var file = Stat.of(path);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      if (!file.get().isRegularFile() || file.get().size() > JsonReader.MAX_BYTES) {
        throw new Unclear();
      }
      return Optional.of(parse(JsonReader.read(Files.readAllBytes(path))));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (JsonReader.Malformed | Unclear e) {
      throw new Refused(
          Reason.UNREADABLE,
          path + " is not the note of an unfinished install that this program can read",
          path,
          "",
          "",
          "use the program that wrote it; if nobody did, delete it and see what holds: rm "
              + Shell.quote(path)
              + " && cvt-plugins verify",
          e);
    } catch (IOException e) {
      var text = IoText.of(e);
      throw new Refused(
          Reason.IO, path + " cannot be read: " + text.what(), path, "", "", text.remedy(), e);
    }
  }

  private Json json() {
    return new Json.Obj(
        List.of(
            new Json.Member("version", new Json.Num(Integer.toString(VERSION))),
            new Json.Member("name", new Json.Str(name)),
            new Json.Member("staged", new Json.Str(staged)),
            new Json.Member("undo", new Json.Str(undo.orElse(""))),
            new Json.Member("before", state(before)),
            new Json.Member("after", state(Optional.of(after)))));
  }

  /** As a state file would have it: it has a form for an entry, and one for none. */
  private Json state(Optional<Entry> entry) {
    var document = StateDocument.empty();
    return entry.map(e -> document.with(name, e)).orElse(document).tree();
  }

  private static Intent parse(Json json) throws Unclear {
    if (!(json instanceof Json.Obj(var members))
        || !member(members, "version").equals(new Json.Num(Integer.toString(VERSION)))) {
      throw new Unclear();
    }
    var name = text(members, "name");
    var undo = text(members, "undo");
    return new Intent(
        name,
        entry(member(members, "before"), name),
        entry(member(members, "after"), name).orElseThrow(Unclear::new),
        text(members, "staged"),
        undo.isEmpty() ? Optional.empty() : Optional.of(undo));
  }

  private static Optional<Entry> entry(Json state, String name) throws Unclear {
    try {
      return StateDocument.of(state).entry(name);
    } catch (StateDocument.Unreadable _) {
      throw new Unclear();
    }
  }

  private static String text(List<Json.Member> members, String name) throws Unclear {
    if (member(members, name) instanceof Json.Str(String text)) {
      return text;
    }
    throw new Unclear();
  }

  private static Json member(List<Json.Member> members, String name) throws Unclear {
    return members.stream()
        .filter(member -> member.name().equals(name))
        .map(Json.Member::value)
        .findFirst()
        .orElseThrow(Unclear::new);
  }

  private static final class Unclear extends Exception {
    private static final long serialVersionUID = 1;
  }
}
