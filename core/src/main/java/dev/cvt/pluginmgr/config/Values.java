package dev.cvt.pluginmgr.config;

import dev.cvt.pluginmgr.Config.Value;
import dev.cvt.pluginmgr.secret.Scrubber;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The rules of the values that plugins are given: variables put in, secrets marked. */
final class Values {
  private final Interpolation interpolation;
  private final Problems problems;

  /** The first literal secret of each file, by the file's rank. */
  private final Map<Integer, Placed<KeyPath>> literalSecrets = new TreeMap<>();

  /**
   * A value to be checked.
   *
   * @param path of its key
   * @param unmark how to say that it is no secret
   */
  private record Given(Text text, Spot spot, KeyPath path, String unmark) {}

  Values(Map<String, String> env, Problems problems) {
    this.interpolation = new Interpolation(env);
    this.problems = problems;
  }

  /** The first literal secret of each file that has one. */
  Collection<Placed<KeyPath>> literalSecrets() {
    return literalSecrets.values();
  }

  /** What is delivered to a plugin. The variables that its secrets came from are added. */
  SortedMap<String, Value> config(PluginDraft draft, Set<String> secretVariables) {
    checkSecretsAreThere(draft);
    checkSecretFilesHaveKeys(draft);
    var path = draft.path().then("config");
    var secrets = draft.secrets.values().stream().map(Placed::value).collect(Collectors.toSet());
    var out = CodePointOrder.<Value>map();
    draft.config.forEach(
        (key, said) -> {
          if (!isEncodable(key)) {
            problems.error(
                said.spot(),
                path.then(key),
                "the key holds half a surrogate pair, which no plugin can be sent",
                "take it out");
            return;
          }
          var file = draft.secretFiles.get(key);
          if (file != null) {
            SecretFile.read(file, draft.path().then("secret_files").then(key), problems)
                .ifPresent(text -> out.put(key, secret(text, file.spot(), path.then(key))));
            return;
          }
          var text = secrets.contains(key) ? said.value().asSecret() : said.value();
          var given = new Given(text, said.spot(), path.then(key), "its key out of secrets:");
          value(given, secretVariables).ifPresent(value -> out.put(key, value));
        });
    return out;
  }

  /** A plugin's own variables. */
  SortedMap<String, Value> env(
      Map<String, Placed<Text>> env, KeyPath path, Set<String> secretVariables) {
    var out = CodePointOrder.<Value>map();
    env.forEach(
        (name, said) -> {
          var given =
              new Given(said.value(), said.spot(), path.then(name), "its name out of secret_env:");
          value(given, secretVariables)
              .ifPresent(
                  value -> {
                    checkFitsIntoAnEnvironment(value, given);
                    out.put(name, value);
                  });
        });
    return out;
  }

  private void checkSecretsAreThere(PluginDraft draft) {
    draft.secrets.forEach(
        (i, key) -> {
          if (isMissing(draft, key.value())) {
            problems.error(
                key.spot(),
                draft.path().then("secrets").item(i),
                // Not shown: somebody may have written the secret itself here.
                "this is not a key of config:",
                Nearest.advice(
                    key.value(),
                    draft.config.keySet(),
                    "add it to config: or take it out of secrets:"));
          }
        });
  }

  private static boolean isMissing(PluginDraft draft, String key) {
    return !draft.config.containsKey(key)
        && !draft.broken.contains("config")
        && !draft.broken.contains("config." + key);
  }

  private void checkSecretFilesHaveKeys(PluginDraft draft) {
    draft.secretFiles.forEach(
        (key, file) -> {
          if (isMissing(draft, key)) {
            problems.error(
                file.spot(),
                draft.path().then("secret_files").then(key),
                Shown.quoted(key) + " is not a key of the plugin's config:",
                Nearest.advice(
                    key,
                    draft.config.keySet(),
                    "add it to config: in config.yaml, with an empty text as its value"));
          }
        });
  }

  private void checkFitsIntoAnEnvironment(Value value, Given given) {
    if (value.reveal().indexOf('\0') >= 0) {
      problems.error(
          given.spot(),
          given.path(),
          "the value holds a NUL, which no variable can",
          "take it out");
    }
  }

  private Optional<Value> value(Given given, Set<String> secretVariables) {
    var isSecret = given.text().secret();
    var text = given.text().raw();
    var literal = !text.isEmpty();
    if (given.text().expand()) {
      var expanded = interpolation.expand(text);
      expanded.wrong().forEach(w -> problems.error(given.spot(), given.path(), w));
      expanded
          .doubtful()
          .forEach(d -> problems.warn(given.spot(), given.path(), d.what(), d.remedy()));
      if (!expanded.wrong().isEmpty()) {
        return Optional.empty();
      }
      text = expanded.text();
      literal = expanded.literal();
      if (isSecret) {
        secretVariables.addAll(expanded.variables());
      }
    }
    if (!isEncodable(text)) {
      problems.error(
          given.spot(),
          given.path(),
          "the value holds half a surrogate pair, which no plugin can be sent",
          "take it out");
      return Optional.empty();
    }
    if (!isSecret) {
      return Optional.of(Value.plain(text));
    }
    if (text.isEmpty()) {
      problems.error(
          given.spot(),
          given.path(),
          "the secret comes out empty",
          "give it a value, or take " + given.unmark());
      return Optional.empty();
    }
    if (literal && !given.spot().equals(Spot.NONE)) {
      literalSecrets.putIfAbsent(given.spot().rank(), new Placed<>(given.path(), given.spot()));
    }
    if (text.length() > SecretFile.LARGEST) {
      problems.error(
          given.spot(),
          given.path(),
          "the secret is longer than %d characters".formatted(SecretFile.LARGEST),
          "keep large things in a file of the plugin's own");
      return Optional.empty();
    }
    return Optional.of(secret(text, given.spot(), given.path()));
  }

  private Value secret(String text, Spot spot, KeyPath path) {
    if (text.codePointCount(0, text.length()) < Scrubber.SHORT) {
      problems.warn(
          spot,
          path,
          "the secret has fewer than %d characters, so it is masked as a whole word only"
              .formatted(Scrubber.SHORT),
          "use a longer one");
    }
    problems.hide(text);
    return Value.secret(text);
  }

  private static boolean isEncodable(String text) {
    return text.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE);
  }
}
