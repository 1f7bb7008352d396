package dev.weft.core.registry;

/** What a {@link Registry} finds. */
public interface Named {

  /** The name users type, or files give. */
  String name();
}
