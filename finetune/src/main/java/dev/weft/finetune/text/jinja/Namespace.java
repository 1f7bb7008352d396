package dev.weft.finetune.text.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/** Names that a template may change from within a loop. */
final class Namespace extends LinkedHashMap<String, Object> {
  private static final long serialVersionUID = 1L;

  Namespace(Map<String, Object> names) {
    super(names);
  }
}
