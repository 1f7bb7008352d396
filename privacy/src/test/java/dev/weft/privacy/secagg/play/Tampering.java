package dev.weft.privacy.secagg.play;

import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.message.CoordinatorMessage;
import dev.weft.privacy.secagg.message.SiteMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A line that changes what one site says or hears, and nothing else. */
final class Tampering implements Line {
  private final NodeId site;
  private final List<Function<Object, List<Object>>> changes = new ArrayList<>();

  private Tampering(NodeId site) {
    this.site = site;
  }

  static Tampering with(NodeId site) {
    return new Tampering(site);
  }

  /** Messages of one kind come as another one. */
  <M> Tampering changing(Class<M> kind, Function<M, ? extends Object> change) {
    return replacing(kind, message -> List.of(change.apply(message)));
  }

  /** After each message of one kind another one comes. */
  <M> Tampering following(Class<M> kind, Function<M, ? extends Object> more) {
    return replacing(kind, message -> List.of(message, more.apply(message)));
  }

  /** Messages of one kind do not come. */
  Tampering without(Class<?> kind) {
    return replacing(kind, message -> List.of());
  }

  private <M> Tampering replacing(Class<M> kind, Function<M, List<Object>> change) {
    changes.add(
        message -> kind.isInstance(message) ? change.apply(kind.cast(message)) : List.of(message));
    return this;
  }

  @Override
  public List<byte[]> toCoordinator(NodeId from, SiteMessage message) {
    return from.equals(site)
        ? changed(message).stream().map(one -> ((SiteMessage) one).encode()).toList()
        : List.of(message.encode());
  }

  @Override
  public List<byte[]> toSite(NodeId to, CoordinatorMessage message) {
    return to.equals(site)
        ? changed(message).stream().map(one -> ((CoordinatorMessage) one).encode()).toList()
        : List.of(message.encode());
  }

  private List<Object> changed(Object message) {
    List<Object> all = List.of(message);
    for (Function<Object, List<Object>> change : changes) {
      all = all.stream().flatMap(one -> change.apply(one).stream()).toList();
    }
    return all;
  }
}
