package dev.weft.text.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The filters for lists, mappings and whatever else holds items. */
final class ItemFilters {
  private ItemFilters() {}

  static Optional<Filter> find(String name) {
    return Optional.ofNullable(filter(name));
  }

  private static Filter filter(String name) {
    return switch (name) {
      case "length", "count" -> (value, none) -> Values.length(value);
      case "list" -> (value, none) -> new ArrayList<>(Values.items(value));
      case "first" ->
          (value, none) -> end(Values.items(value).stream().findFirst(), "there is no first item");
      case "last" -> (value, none) -> last(value);
      case "reverse" -> (value, none) -> reversed(value);
      case "items" -> (value, none) -> entries(value);
      case "join" -> (value, arguments) -> joined(value, arguments.bind(name, "d", "attribute"));
      case "sort" ->
          (value, arguments) ->
              sorted(value, arguments.bind(name, "reverse", "case_sensitive", "attribute"));
      case "dictsort" ->
          (value, arguments) ->
              sortedEntries(value, arguments.bind(name, "case_sensitive", "by", "reverse"));
      case "unique" ->
          (value, arguments) -> unique(value, arguments.bind(name, "case_sensitive", "attribute"));
      case "min" ->
          (value, arguments) ->
              extreme(value, arguments.bind(name, "case_sensitive", "attribute"), -1);
      case "max" ->
          (value, arguments) ->
              extreme(value, arguments.bind(name, "case_sensitive", "attribute"), 1);
      case "sum" -> (value, arguments) -> sum(value, arguments.bind(name, "attribute", "start"));
      case "groupby" ->
          (value, arguments) ->
              grouped(value, arguments.bind(name, "attribute", "default", "case_sensitive"));
      case "batch" ->
          (value, arguments) -> batches(value, arguments.bind(name, "linecount", "fill_with"));
      case "slice" ->
          (value, arguments) -> slices(value, arguments.bind(name, "slices", "fill_with"));
      case "map" -> ItemFilters::mapped;
      case "select" -> (value, arguments) -> chosen(value, passes(arguments));
      case "reject" -> (value, arguments) -> chosen(value, passes(arguments).negate());
      case "selectattr" -> (value, arguments) -> chosen(value, attributePasses(arguments));
      case "rejectattr" -> (value, arguments) -> chosen(value, attributePasses(arguments).negate());
      default -> null;
    };
  }

  private static Object end(Optional<Object> item, String complaint) {
    return item.orElseGet(() -> Undefined.because(complaint));
  }

  private static Object last(Object value) {
    if (value instanceof Generated) {
      throw new JinjaException("a generator has no last item; pass it through the filter list");
    }
    List<Object> items = Values.items(value);
    return items.isEmpty()
        ? Undefined.because("there is no last item")
        : items.get(items.size() - 1);
  }

  private static Object reversed(Object value) {
    List<Object> reversed = new ArrayList<>(Values.items(value));
    Collections.reverse(reversed);
    return Values.numberOrText(value) instanceof String
        ? String.join("", reversed.stream().map(Object::toString).toList())
        : Generated.of(reversed);
  }

  private static Object entries(Object value) {
    if (value instanceof Map<?, ?> map) {
      return Generated.of(Maps.pairs(map));
    }
    if (value instanceof Undefined) {
      return Generated.of(List.of());
    }
    throw new JinjaException("the filter items needs a mapping");
  }

  private static String joined(Object value, Arguments.Bound bound) {
    String separator = bound.text("d", "");
    Object attribute = bound.or("attribute", None.NONE);
    StringBuilder joined = new StringBuilder();
    String before = "";
    for (Object item : Values.items(value)) {
      Written.append(joined, before);
      Written.append(joined, Written.text(Filters.attribute(item, attribute, None.NONE)));
      before = separator;
    }
    return joined.toString();
  }

  /** What an item is sorted, grouped and compared by. */
  private static Function<Object, Object> key(Arguments.Bound bound) {
    Object attribute = bound.or("attribute", None.NONE);
    Object otherwise = bound.or("default", None.NONE);
    boolean exact = bound.isTrue("case_sensitive");
    return item -> folded(Filters.attribute(item, attribute, otherwise), exact);
  }

  private static Object folded(Object value, boolean exact) {
    return !exact && Values.numberOrText(value) instanceof String text
        ? Letters.lower(text)
        : value;
  }

  private static List<Object> sorted(
      Object value, Function<Object, Object> key, boolean fromLargest) {
    Comparator<Object> order = (a, b) -> Values.compare(key.apply(a), key.apply(b));
    List<Object> sorted = new ArrayList<>(Values.items(value));
    sorted.sort(fromLargest ? order.reversed() : order);
    return sorted;
  }

  private static List<Object> sorted(Object value, Arguments.Bound bound) {
    boolean exact = bound.isTrue("case_sensitive");
    Object attribute = bound.or("attribute", None.NONE);
    List<Object> several =
        attribute instanceof String names
            ? List.of((Object[]) names.split(",", -1))
            : List.of(attribute);
    Function<Object, Object> key =
        item ->
            Tuple.of(
                several.stream()
                    .map(one -> folded(Filters.attribute(item, one, None.NONE), exact))
                    .toList());
    return sorted(value, key, bound.isTrue("reverse"));
  }

  private static List<Object> sortedEntries(Object value, Arguments.Bound bound) {
    String by = bound.text("by", "key");
    if (!(value instanceof Map<?, ?> map)) {
      throw value instanceof Undefined undefined
          ? undefined.complaint()
          : new JinjaException("the filter dictsort needs a mapping");
    }
    if (!by.equals("key") && !by.equals("value")) {
      throw new JinjaException("dictsort sorts by key or by value");
    }
    int part = by.equals("key") ? 0 : 1;
    return sorted(
        Maps.pairs(map),
        pair -> folded(((Tuple) pair).items().get(part), bound.isTrue("case_sensitive")),
        bound.isTrue("reverse"));
  }

  private static Generated unique(Object value, Arguments.Bound bound) {
    Function<Object, Object> key = key(bound);
    Map<Object, Object> firsts = new LinkedHashMap<>();
    for (Object item : Values.items(value)) {
      Object kind = key.apply(item);
      firsts.putIfAbsent(Maps.key(firsts, kind), item);
    }
    return Generated.of(new ArrayList<>(firsts.values()));
  }

  private static Object extreme(Object value, Arguments.Bound bound, int sign) {
    Function<Object, Object> key = key(bound);
    Optional<Object> best = Optional.empty();
    for (Object item : Values.items(value)) {
      if (best.isEmpty() || sign * Values.compare(key.apply(item), key.apply(best.get())) > 0) {
        best = Optional.of(item);
      }
    }
    return end(best, "there is no item to take");
  }

  private static Object sum(Object value, Arguments.Bound bound) {
    Object attribute = bound.or("attribute", None.NONE);
    Object sum = bound.or("start", 0L);
    for (Object item : Values.items(value)) {
      sum = Operators.apply("+", sum, Filters.attribute(item, attribute, None.NONE));
    }
    return sum;
  }

  private static List<Object> grouped(Object value, Arguments.Bound bound) {
    Function<Object, Object> key = key(bound);
    Object attribute = bound.required("attribute");
    List<Object> groups = new ArrayList<>();
    List<Object> group = new ArrayList<>();
    for (Object item : sorted(value, key, false)) {
      if (!group.isEmpty() && !Values.equal(key.apply(group.get(0)), key.apply(item))) {
        groups.add(group(group, attribute, bound));
        group = new ArrayList<>();
      }
      group.add(item);
    }
    if (!group.isEmpty()) {
      groups.add(group(group, attribute, bound));
    }
    return groups;
  }

  private static Tuple group(List<Object> items, Object attribute, Arguments.Bound bound) {
    Object name = Filters.attribute(items.get(0), attribute, bound.or("default", None.NONE));
    return new Tuple(List.of(name, items), List.of("grouper", "list"));
  }

  private static Generated batches(Object value, Arguments.Bound bound) {
    long size = Values.index("batch", bound.required("linecount"));
    List<Object> items = Values.items(value);
    List<List<Object>> batches = new ArrayList<>();
    for (Object item : items) {
      if (batches.isEmpty() || batches.get(batches.size() - 1).size() == size) {
        batches.add(new ArrayList<>());
      }
      batches.get(batches.size() - 1).add(item);
    }
    bound
        .find("fill_with")
        .filter(fill -> !batches.isEmpty())
        .ifPresent(
            fill -> {
              List<Object> last = batches.get(batches.size() - 1);
              Values.requireSize(size);
              while (last.size() < size) {
                last.add(fill);
              }
            });
    return Generated.of(batches);
  }

  private static Generated slices(Object value, Arguments.Bound bound) {
    long count = Values.index("slice", bound.required("slices"));
    if (count < 1) {
      throw new JinjaException("slice makes at least one slice");
    }
    Values.requireSize(count);
    List<Object> items = Values.items(value);
    int size = (int) (items.size() / count);
    long larger = items.size() % count;
    List<List<Object>> slices = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < count; i++) {
      int to = from + size + (i < larger ? 1 : 0);
      List<Object> slice = new ArrayList<>(items.subList(from, to));
      if (i >= larger) {
        bound.find("fill_with").ifPresent(slice::add);
      }
      slices.add(slice);
      from = to;
    }
    return Generated.of(slices);
  }

  /** By an attribute or by a filter. */
  private static Generated mapped(Object value, Arguments arguments) {
    if (!Values.isTrue(value)) {
      return Generated.of(List.of());
    }
    if (arguments.positional().isEmpty()) {
      Arguments.Bound bound = arguments.bind("map", "attribute", "default");
      Object attribute = bound.required("attribute");
      Object otherwise = bound.or("default", None.NONE);
      return Generated.of(items(value).map(item -> Filters.attribute(item, attribute, otherwise)));
    }
    String filter = Written.text(arguments.positional().get(0));
    return Generated.of(
        items(value).map(item -> Filters.apply(filter, item, arguments.without(1))));
  }

  /** Filters over items take what is false for nothing. */
  private static Generated chosen(Object value, Predicate<Object> choice) {
    return Values.isTrue(value)
        ? Generated.of(items(value).filter(choice))
        : Generated.of(List.of());
  }

  private static Stream<Object> items(Object value) {
    return Values.items(value).stream();
  }

  /** By a test, or by being true if none is named. */
  private static Predicate<Object> passes(Arguments arguments) {
    if (arguments.positional().isEmpty()) {
      return Values::isTrue;
    }
    String test = Written.text(arguments.positional().get(0));
    return item -> Tests.holds(test, item, arguments.without(1));
  }

  private static Predicate<Object> attributePasses(Arguments arguments) {
    if (arguments.positional().isEmpty()) {
      throw new JinjaException("the name of an attribute is needed");
    }
    Object attribute = arguments.positional().get(0);
    Predicate<Object> passes = passes(arguments.without(1));
    return item -> passes.test(Filters.attribute(item, attribute, None.NONE));
  }
}
