package dev.weft.privacy.secagg.message;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.FieldReader;
import dev.weft.privacy.keys.FieldWriter;
import dev.weft.privacy.secagg.Sha256;
import dev.weft.privacy.secagg.graph.IndexSet;
import dev.weft.privacy.secagg.graph.Plan;
import java.util.List;

/**
 * Step 2a: the shares that a site's neighbours sent for it; those neighbours are the ones it masks
 * with. Commitments stay with the coordinator, who alone checks them.
 *
 * @param to index of the site
 * @param shares ascending by whom they are from
 */
public record ForwardedShares(Bytes session, int to, List<KeyShares.Sealed> shares)
    implements CoordinatorMessage {
  static final String CONTEXT = "secagg/v1/message/forward";

  public ForwardedShares {
    shares = List.copyOf(shares);
    IndexSet.of(shares.stream().mapToInt(KeyShares.Sealed::other).toArray());
  }

  /** Whom they are from. */
  public IndexSet senders() {
    return IndexSet.of(shares.stream().mapToInt(KeyShares.Sealed::other).toArray());
  }

  @Override
  public Bytes place() {
    return session;
  }

  @Override
  public byte[] encode() {
    return new FieldWriter(CONTEXT)
        .fixed(session)
        .count(to)
        .list(shares, (fields, share) -> share.write(fields))
        .toArray();
  }

  static ForwardedShares read(FieldReader fields) {
    return new ForwardedShares(
        fields.fixed(Sha256.BYTES),
        fields.integer(1, Plan.MOST_SITES),
        fields.list(Plan.MOST_SITES, KeyShares.Sealed::read));
  }
}
