package dev.weft.text.jinja;

import dev.weft.core.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A function whose value is the text of its body: that of a {@code macro}, or what a {@code call}
 * block hands over as {@code caller}.
 */
record Macro(Signature signature, List<Statement> body, Scope around)
    implements Callable, WithAttributes {
  private static final String CALLER = "caller";
  private static final String POSITIONAL = "varargs";
  private static final String NAMED = "kwargs";

  /**
   * What it takes.
   *
   * @param defaults by the names of the parameters; empty for those without
   * @param asks names of what a body may ask for: {@code caller}, {@code varargs}, {@code kwargs}
   */
  record Signature(String name, Map<String, Optional<Expression>> defaults, List<String> asks) {
    static final List<String> MAY_ASK = List.of(CALLER, POSITIONAL, NAMED);
  }

  @Override
  public Object call(Arguments arguments) {
    Scope scope = around.inner();
    scope.step();
    Map<String, Object> named = new LinkedHashMap<>(arguments.named());
    List<String> parameters = new ArrayList<>(signature.defaults().keySet());
    for (int i = 0; i < parameters.size(); i++) {
      String parameter = parameters.get(i);
      boolean byPosition = i < arguments.positional().size();
      scope.set(
          parameter,
          byPosition
              ? arguments.positional().get(i)
              : Optional.ofNullable(named.remove(parameter))
                  .orElseGet(() -> otherwise(parameter, scope)));
    }
    if (signature.asks().contains(CALLER) && !parameters.contains(CALLER)) {
      Object caller = named.remove(CALLER);
      scope.set(CALLER, caller == null ? Undefined.because("No caller defined") : caller);
    }
    List<Object> rest = arguments.without(parameters.size()).positional();
    if (signature.asks().contains(NAMED)) {
      scope.set(NAMED, named);
    } else if (!named.isEmpty()) {
      throw refused(Text.format("cannot take the argument %s", named.keySet().iterator().next()));
    }
    if (signature.asks().contains(POSITIONAL)) {
      scope.set(POSITIONAL, Tuple.of(rest));
    } else if (!rest.isEmpty()) {
      throw refused(
          Text.format(
              "takes %d arguments, not %d", parameters.size(), arguments.positional().size()));
    }
    StringBuilder text = new StringBuilder();
    Statement.run(body, scope, text);
    return text.toString();
  }

  private Object otherwise(String parameter, Scope scope) {
    return signature
        .defaults()
        .get(parameter)
        .map(value -> value.evaluate(scope))
        .orElseGet(
            () -> Undefined.because(Text.format("parameter '%s' was not provided", parameter)));
  }

  private JinjaException refused(String why) {
    return new JinjaException(Text.format("the macro %s %s", signature.name(), why));
  }

  @Override
  public Optional<Object> attribute(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "name" -> signature.name();
          case "arguments" -> Tuple.of(new ArrayList<>(signature.defaults().keySet()));
          case "catch_kwargs" -> signature.asks().contains(NAMED);
          case "catch_varargs" -> signature.asks().contains(POSITIONAL);
          case CALLER -> signature.asks().contains(CALLER);
          default -> null;
        });
  }

  @Override
  public String toString() {
    return "<Macro '" + signature.name() + "'>";
  }
}
