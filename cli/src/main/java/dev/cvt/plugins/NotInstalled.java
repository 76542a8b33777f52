package dev.cvt.plugins;

import java.util.Collection;

/** The one message for a name that no installed plugin has. */
final class NotInstalled {
  private NotInstalled() {}

  static Failures.Told of(String name, Collection<String> installed) {
    return new Failures.Told(
        "no plugin called %s is installed; %s"
            .formatted(
                name,
                installed.isEmpty()
                    ? "install one: cvt-plugins install PATH"
                    : "installed are: " + String.join(", ", installed)));
  }
}
