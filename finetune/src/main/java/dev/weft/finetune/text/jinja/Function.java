package dev.weft.finetune.text.jinja;

import java.util.List;
import java.util.Map;

/** A value that can be called. */
@FunctionalInterface
interface Function {
  Object call(List<Object> arguments, Map<String, Object> named);
}
