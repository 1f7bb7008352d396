package dev.weft.text.jinja;

/** A template or what it was given is wrong; {@link Template} says where. */
final class JinjaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  JinjaException(String complaint) {
    super(complaint);
  }
}
