package dev.weft.checkpoint;

import java.util.List;

/**
 * Families of a user's own jar: {@code META-INF/services/dev.weft.checkpoint.FamilyProvider} names
 * the implementation, which has a constructor without parameters.
 */
@FunctionalInterface
public interface FamilyProvider {
  List<ModelFamily> families();
}
