package dev.weft.privacy.secagg.coordinator;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/** At most one thing from each of some senders, by their number; each put gives another inbox. */
final class Inbox<T> {
  private final Object[] things;

  private Inbox(Object[] things) {
    this.things = things;
  }

  /** For senders from 0 to {@code last}. */
  static <T> Inbox<T> upTo(int last) {
    return new Inbox<>(new Object[last + 1]);
  }

  Inbox<T> with(int sender, T thing) {
    Object[] more = things.clone();
    more[sender] = thing;
    return new Inbox<>(more);
  }

  @SuppressWarnings("unchecked")
  Optional<T> of(int sender) {
    return Optional.ofNullable((T) things[sender]);
  }

  /** Who has sent something, ascending. */
  int[] senders() {
    return IntStream.range(0, things.length).filter(i -> things[i] != null).toArray();
  }

  int size() {
    return (int) Arrays.stream(things).filter(thing -> thing != null).count();
  }
}
