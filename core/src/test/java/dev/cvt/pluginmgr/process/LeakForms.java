package dev.cvt.pluginmgr.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The forms in which a plugin gives its secrets away, and the search for what got through: by form,
 * and by decoding whatever in an output could be an encoding. Written without a look at how secrets
 * are masked.
 */
final class LeakForms {

  /** A password; one that nearly every encoder changes; a key of several lines; a long token. */
  static final List<String> SECRETS =
      List.of(
          "hushhush-Token/42+x=",
          "p\u00e4\"ss\\w\u00f6rd hushhush <&>'\t\u20ac\ud83d\ude00;%",
          "-----BEGIN KEY-----\n"
              + "MIIBVgIBADANBgkqhkiG9w0\n"
              + "BAQEFAASChushhush8AgEAAkEA\n"
              + "-----END KEY-----\n",
          "eyJ".repeat(150) + "hushhush" + "eyJ".repeat(150) + ".z9");

  /** Too short to be masked but as a word. */
  static final String SHORT = "q7Z";

  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{12,}");
  private static final Pattern HEX = Pattern.compile("(?:[0-9a-fA-F]{2}){6,}");
  private static final Pattern UNICODE =
      Pattern.compile("\\\\u([0-9a-fA-F]{4})|\\\\x([0-9a-fA-F]{2})");

  private LeakForms() {}

  /** Each form of a secret, as a plugin would print it. */
  static Map<String, String> of(String secret) {
    var bytes = secret.getBytes(UTF_8);
    var forms = new LinkedHashMap<String, String>();
    forms.put("raw", secret);
    forms.put("within a word", "xx" + secret + "yy");
    forms.put("twice", secret + secret);
    forms.put("form", URLEncoder.encode(secret, UTF_8));
    forms.put("url", URLEncoder.encode(secret, UTF_8).replace("+", "%20"));
    forms.put("url lower", lowerCodes(URLEncoder.encode(secret, UTF_8).replace("+", "%20")));
    forms.put("url whole", "%" + HexFormat.ofDelimiter("%").withUpperCase().formatHex(bytes));
    for (int before = 0; before < 3; before++) {
      var around = ("abc".substring(0, before) + secret + "tail").getBytes(UTF_8);
      forms.put("base64 at " + before, Base64.getEncoder().encodeToString(around));
      forms.put("base64url at " + before, Base64.getUrlEncoder().encodeToString(around));
    }
    forms.put("base64", Base64.getEncoder().encodeToString(bytes));
    forms.put("base64 unpadded", Base64.getEncoder().withoutPadding().encodeToString(bytes));
    forms.put("base64url", Base64.getUrlEncoder().encodeToString(bytes));
    forms.put(
        "basic", "Basic " + Base64.getEncoder().encodeToString(("user:" + secret).getBytes(UTF_8)));
    forms.put("hex", HexFormat.of().formatHex(bytes));
    forms.put("HEX", HexFormat.of().withUpperCase().formatHex(bytes));
    forms.put("json", "{\"token\":\"" + escaped(secret, false, false) + "\"}");
    forms.put("json ascii", "{\"token\":\"" + escaped(secret, true, false) + "\"}");
    forms.put("json html", "{\"token\":\"" + escaped(secret, false, true) + "\"}");
    forms.put(
        "json in json", "{\"m\":\"" + escaped(escaped(secret, false, false), false, false) + "\"}");
    forms.put("java", "String t = \"" + escaped(secret, true, false) + "\";");
    return forms;
  }

  /** What of the secrets can be found in an output, in any form; empty if nothing. */
  static List<String> found(String output) {
    var found = new ArrayList<String>();
    var readings = new LinkedHashMap<String, String>();
    readings.put("raw", output);
    readings.put("unescaped", unescaped(output));
    readings.put("unescaped twice", unescaped(unescaped(output)));
    readings.put("from a URL", unpercented(output, false));
    readings.put("from a form", unpercented(output, true));
    readings.put("from base64", decoded(output));
    readings.put("from hex", unhexed(output));
    for (var secret : SECRETS) {
      for (var reading : readings.entrySet()) {
        if (reading.getValue().contains(secret) || reading.getValue().contains(secret.strip())) {
          int at = reading.getValue().indexOf(secret.strip());
          var before = reading.getValue().substring(Math.max(0, at - 80), at);
          found.add(reading.getKey() + ": " + before + secret.strip());
        }
      }
      for (var form : of(secret).entrySet()) {
        if (!form.getKey().startsWith("base64 at") && output.contains(form.getValue())) {
          found.add("as " + form.getKey() + ": " + secret.strip());
        }
      }
      for (var line : secret.lines().filter(each -> !each.startsWith("--")).toList()) {
        if (output.contains(line)) {
          found.add("a line: " + line);
        }
      }
    }
    if (Pattern.compile("(?<![A-Za-z0-9_])" + SHORT + "(?![A-Za-z0-9_])").matcher(output).find()) {
      found.add("the short one");
    }
    return found;
  }

  private static String lowerCodes(String url) {
    return Pattern.compile("%..").matcher(url).replaceAll(code -> code.group().toLowerCase());
  }

  /** As a writer of JSON has it, or, in ASCII, one of Java's. */
  private static String escaped(String text, boolean ascii, boolean html) {
    var out = new StringBuilder();
    for (char c : text.toCharArray()) {
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        default -> {
          if ((ascii && c > 0x7e) || (html && "<>&".indexOf(c) >= 0)) {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.toString();
  }

  private static String unescaped(String text) {
    return UNICODE
        .matcher(text)
        .replaceAll(
            code ->
                java.util.regex.Matcher.quoteReplacement(
                    "" + (char) Integer.parseInt(code.group(code.group(1) == null ? 2 : 1), 16)))
        .replace("\\n", "\n")
        .replace("\\t", "\t")
        .replace("\\\"", "\"")
        .replace("\\'", "'")
        .replace("\\/", "/")
        .replace("\\\\", "\\");
  }

  private static String unpercented(String text, boolean form) {
    var out = new StringBuilder();
    for (var line : text.split("\n", -1)) {
      try {
        out.append(URLDecoder.decode(form ? line : line.replace("+", "%2B"), UTF_8));
      } catch (IllegalArgumentException e) {
        out.append(line); // it has a percent sign of another kind
      }
      out.append('\n');
    }
    return out.toString();
  }

  private static String decoded(String text) {
    var out = new StringBuilder();
    var runs = BASE64.matcher(text);
    while (runs.find()) {
      for (int from = 0; from < 4; from++) {
        var run = runs.group().substring(from).replace('-', '+').replace('_', '/');
        var whole = run.substring(0, run.length() / 4 * 4);
        out.append(new String(Base64.getDecoder().decode(whole), UTF_8)).append('\n');
        var rest = run.length() % 4 == 1 ? run.substring(0, run.length() - 1) : run;
        out.append(new String(Base64.getDecoder().decode(rest), UTF_8)).append('\n');
      }
    }
    return out.toString();
  }

  private static String unhexed(String text) {
    var out = new StringBuilder();
    var runs = HEX.matcher(text);
    while (runs.find()) {
      out.append(new String(HexFormat.of().parseHex(runs.group()), UTF_8)).append('\n');
    }
    return out.toString();
  }
}
