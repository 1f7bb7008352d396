package dev.weft.privacy.keys;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who is no longer trusted, though his certificate has not ended.
 *
 * @param number of the list: a later list has a higher one and replaces the earlier
 * @param nodes revoked whatever certificate they show
 * @param serials of certificates that are revoked while their node goes on with another
 */
public record RevocationList(
    FederationId federation, long number, Set<NodeId> nodes, Set<BigInteger> serials) {
  private static final String CONTEXT = "weft/v1/revocation-list";
  private static final int MOST = 10_000;
  private static final int MOST_SERIAL_BYTES = 20;

  public RevocationList {
    nodes = Set.copyOf(nodes);
    serials = Set.copyOf(serials);
    if (number < 0) {
      throw new IllegalArgumentException("number: must not be negative, got " + number);
    }
    if (nodes.size() > MOST || serials.size() > MOST) {
      throw new IllegalArgumentException(
          Text.format(
              "nodes, serials: at most %d each, got %d and %d",
              MOST, nodes.size(), serials.size()));
    }
  }

  /** The list before the first: nobody is revoked. */
  public static RevocationList none(FederationId federation) {
    return new RevocationList(federation, 0, Set.of(), Set.of());
  }

  /** The next list, which has these nodes and certificates too. */
  public RevocationList with(Collection<NodeId> moreNodes, Collection<BigInteger> moreSerials) {
    Set<NodeId> allNodes = new TreeSet<>(Comparator.comparing(NodeId::value));
    allNodes.addAll(nodes);
    allNodes.addAll(moreNodes);
    Set<BigInteger> allSerials = new TreeSet<>(serials);
    allSerials.addAll(moreSerials);
    return new RevocationList(federation, Math.addExact(number, 1), allNodes, allSerials);
  }

  public boolean isRevoked(NodeId node) {
    return nodes.contains(node);
  }

  /** Whether the certificate or its node is revoked. */
  public boolean isRevoked(Identity identity) {
    return isRevoked(identity.node()) || serials.contains(identity.serial());
  }

  /** What nodes are sent. */
  public SignedStatement signedBy(Authority authority) {
    return authority.sign(
        new FieldWriter(CONTEXT)
            .text(federation.value())
            .number(number)
            .list(
                nodes.stream().map(NodeId::value).sorted().toList(),
                (fields, node) -> fields.text(node))
            .list(
                serials.stream().sorted().toList(),
                (fields, serial) -> fields.bytes(serial.toByteArray())));
  }

  /**
   * The list that was sent, in the place of this one.
   *
   * @throws WeftException if the federation's authority did not sign it, it is of another
   *     federation, or an older list than this: so nobody makes a revocation forgotten
   */
  public RevocationList replacedBy(SignedStatement signed, Federation trusted) {
    RevocationList sent =
        signed.open(trusted, CONTEXT, "the revocation list", RevocationList::read);
    if (!sent.federation.equals(federation)) {
      throw refused("is for federation " + sent.federation);
    }
    if (sent.number < number || (sent.number == number && !sent.equals(this))) {
      throw refused(
          Text.format("has number %d, and number %d is known already", sent.number, number));
    }
    return sent;
  }

  private WeftException refused(String why) {
    return new WeftException(
        Problem.CERTIFICATE_REFUSED,
        Text.format(
            "federation %s: the revocation list %s; fetch the newest from the coordinator",
            federation, why));
  }

  private static RevocationList read(FieldReader fields) {
    return new RevocationList(
        new FederationId(fields.text(NodeId.MOST)),
        fields.number(),
        Set.copyOf(fields.list(MOST, reader -> new NodeId(reader.text(NodeId.MOST)))),
        Set.copyOf(fields.list(MOST, reader -> new BigInteger(reader.bytes(MOST_SERIAL_BYTES)))));
  }
}
