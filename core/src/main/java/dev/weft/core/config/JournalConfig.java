package dev.weft.core.config;

import java.util.Locale;
import java.util.Optional;

/**
 * Where a coordinator's runs are remembered.
 *
 * @param url of the database, as JDBC names it, without a password; only for a server
 * @param user role that has the journal's tables; only for a server
 * @param passwordFile file whose only line is the role's password; empty where none is asked for
 */
public record JournalConfig(
    Store store, Optional<String> url, Optional<String> user, Optional<String> passwordFile) {
  private static final String POSTGRESQL = "jdbc:postgresql:";

  /** Kinds of places. */
  public enum Store {
    /** A database file in the coordinator's home, which one process has at a time. */
    FILE,
    /** A database server. */
    POSTGRESQL
  }

  public JournalConfig {
    url.ifPresent(
        address -> {
          Check.that(
              address.startsWith(POSTGRESQL), "url", "must begin with " + POSTGRESQL, "another");
          Check.that(
              !address.toLowerCase(Locale.ROOT).contains("password="),
              "url",
              "must not hold a password, which belongs in the file of password-file",
              "one");
        });
    user.ifPresent(role -> Check.notBlank("user", role));
    passwordFile.ifPresent(file -> Check.notBlank("password-file", file));
    if (store == Store.POSTGRESQL) {
      Check.that(url.isPresent(), "url", "must name the database for store = postgresql", "auto");
      Check.that(user.isPresent(), "user", "must name the role for store = postgresql", "auto");
    }
  }

  /** A database file in the home. */
  public static JournalConfig file() {
    return new JournalConfig(Store.FILE, Optional.empty(), Optional.empty(), Optional.empty());
  }
}
