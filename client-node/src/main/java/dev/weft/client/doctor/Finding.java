package dev.weft.client.doctor;

import dev.weft.core.Text;

/**
 * What one step of an examination found.
 *
 * @param what was looked at, in a word or two
 * @param detail what is so; where something is wrong, then what to do about it
 */
public record Finding(Verdict verdict, String what, String detail) {

  /** How bad it is. */
  public enum Verdict {
    OK("ok"),
    WARN("warn"),
    FAIL("FAIL");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  static Finding ok(String what, String detail) {
    return new Finding(Verdict.OK, what, detail);
  }

  static Finding warn(String what, String detail, String fix) {
    return new Finding(Verdict.WARN, what, detail + "; " + fix);
  }

  static Finding fail(String what, String detail, String fix) {
    return new Finding(Verdict.FAIL, what, detail + "; " + fix);
  }

  public boolean isFailure() {
    return verdict == Verdict.FAIL;
  }

  /** The same, and less bad. */
  Finding asWarning() {
    return isFailure() ? new Finding(Verdict.WARN, what, detail) : this;
  }

  Finding adding(String more) {
    return new Finding(verdict, what, detail + "; " + more);
  }

  /** One line. */
  @Override
  public String toString() {
    return Text.format("%-4s  %-11s  %s", verdict, what, detail);
  }
}
