package dev.weft.aggregation.method;

import java.util.List;

/**
 * Federated methods of a user's own jar: {@code
 * META-INF/services/dev.weft.aggregation.method.MethodProvider} names the implementation, which has
 * a constructor without parameters.
 */
@FunctionalInterface
public interface MethodProvider {
  List<MethodCard> methods();
}
