package dev.cvt.pluginmgr.config;

import dev.cvt.pluginmgr.Config.Value;
import dev.cvt.pluginmgr.secret.Scrubber;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** The rules of the values that plugins are given: variables put in, secrets marked. */
final class Values {
  private final Interpolation interpolation;
  private final Problems problems;

  /** The first literal secret of each file, by the file's rank. */
  private final Map<Integer, Placed<KeyPath>> literalSecrets = new java.util.TreeMap<>();

  Values(Map<String, String> env, Problems problems) {
    this.interpolation = new Interpolation(env);
    this.problems = problems;
  }

  /** The first literal secret of each file. */
  Iterable<Placed<KeyPath>> literalSecrets() {
    return literalSecrets.values();
  }

  /** What is delivered to a plugin. The variables that its secrets came from are added. */
  SortedMap<String, Value> config(PluginDraft draft, Set<String> secretVariables) {
    var path = draft.path().then("config");
    var secret = new HashSet<String>();
    draft.secrets.forEach(s -> secret.add(s.value()));
    checkSecretsAreThere(draft);
    checkSecretFilesHaveKeys(draft);
    var out = CodePointOrder.<Value>map();
    draft.config.forEach(
        (key, text) -> {
          var file = draft.secretFiles.get(key);
          if (file != null) {
            SecretFile.read(file, draft.path().then("secret_files").then(key), problems)
                .ifPresent(content -> out.put(key, secret(content, file.spot(), path.then(key))));
          } else {
            value(
                    secret.contains(key) ? text.value().asSecret() : text.value(),
                    text.spot(),
                    path.then(key),
                    secretVariables)
                .ifPresent(value -> out.put(key, value));
          }
        });
    return out;
  }

  /** A plugin's own variables. */
  SortedMap<String, Value> env(
      Map<String, Placed<Text>> env, KeyPath path, Set<String> secretVariables) {
    var out = CodePointOrder.<Value>map();
    env.forEach(
        (name, text) ->
            value(text.value(), text.spot(), path.then(name), secretVariables)
                .ifPresent(
                    value -> {
                      if (value.reveal().indexOf('\0') >= 0) {
                        problems.error(
                            text.spot(),
                            path.then(name),
                            "the value holds a NUL, which no variable can",
                            "take it out");
                      }
                      out.put(name, value);
                    }));
    return out;
  }

  private void checkSecretsAreThere(PluginDraft draft) {
    for (var i = 0; i < draft.secrets.size(); i++) {
      var key = draft.secrets.get(i);
      if (!draft.config.containsKey(key.value()) && !draft.broken.contains("config")) {
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
    }
  }

  private void checkSecretFilesHaveKeys(PluginDraft draft) {
    draft.secretFiles.forEach(
        (key, file) -> {
          if (!draft.config.containsKey(key) && !draft.broken.contains("config")) {
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

  private Optional<Value> value(Text text, Spot spot, KeyPath path, Set<String> secretVariables) {
    var result = text.raw();
    var literal = !result.isEmpty();
    if (text.expand()) {
      var expanded = interpolation.expand(result);
      expanded.wrong().forEach(wrong -> problems.error(spot, path, wrong));
      expanded.doubtful().forEach(d -> problems.warn(spot, path, d.what(), d.remedy()));
      if (!expanded.wrong().isEmpty()) {
        return Optional.empty();
      }
      result = expanded.text();
      literal = expanded.literal();
      if (text.secret()) {
        secretVariables.addAll(expanded.variables());
      }
    }
    if (!isEncodable(result)) {
      problems.error(
          spot,
          path,
          "the value holds half a surrogate pair, which no plugin can be sent",
          "take it out");
      return Optional.empty();
    }
    if (!text.secret()) {
      return Optional.of(Value.plain(result));
    }
    if (result.isEmpty()) {
      problems.error(
          spot,
          path,
          "the secret comes out empty",
          "give it a value, or take its key out of secrets:");
      return Optional.empty();
    }
    if (literal && spot.rank() > 0) {
      literalSecrets.putIfAbsent(spot.rank(), new Placed<>(path, spot));
    }
    return Optional.of(secret(result, spot, path));
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
    return Value.secret(text);
  }

  private static boolean isEncodable(String text) {
    return text.codePoints()
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }
}
