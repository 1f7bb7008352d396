package dev.weft.coordinator.journal;

import java.sql.SQLException;

/** The primary key of the journal, which lets one of two writers through. */
public final class Fence {
  /** Integrity constraint violated: unique key, by SQL's standard. */
  private static final String TAKEN = "23505";

  private Fence() {}

  /** Whether a write failed because another event has its number. */
  public static boolean isTaken(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && isTaken(sql)) {
        return true;
      }
    }
    return false;
  }

  /** A batch names its reason in the exceptions that follow its own. */
  private static boolean isTaken(SQLException first) {
    for (SQLException sql = first; sql != null; sql = sql.getNextException()) {
      if (TAKEN.equals(sql.getSQLState())) {
        return true;
      }
    }
    return false;
  }
}
