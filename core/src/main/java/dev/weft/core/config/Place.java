package dev.weft.core.config;

import com.typesafe.config.ConfigOrigin;

/** Where a value was set, as a user finds it: {@code weft.conf:14}, or {@code --set}. */
final class Place {
  private Place() {}

  static String of(ConfigOrigin origin) {
    return origin.lineNumber() < 0
        ? origin.description()
        : origin.description().replaceFirst(": (\\d+)(-\\d+)?$", ":$1");
  }
}
