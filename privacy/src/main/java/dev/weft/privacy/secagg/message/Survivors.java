package dev.weft.privacy.secagg.message;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.FieldReader;
import dev.weft.privacy.keys.FieldWriter;
import dev.weft.privacy.secagg.Sha256;
import dev.weft.privacy.secagg.graph.IndexSet;
import dev.weft.privacy.secagg.graph.Plan;

/**
 * Step 3a: whose vectors are in the sum. There is this one list: who dropped out each site derives
 * from it, so nobody can be in both.
 *
 * @param indices U3
 */
public record Survivors(Bytes session, IndexSet indices) implements CoordinatorMessage {
  static final String CONTEXT = "secagg/v1/message/survivors";

  /** What every survivor signs. */
  public byte[] statement() {
    return write(new FieldWriter("secagg/v1/survivors")).toArray();
  }

  private FieldWriter write(FieldWriter fields) {
    return fields.fixed(session).list(indices.toList(), FieldWriter::count);
  }

  @Override
  public Bytes place() {
    return session;
  }

  @Override
  public byte[] encode() {
    return write(new FieldWriter(CONTEXT)).toArray();
  }

  static Survivors read(FieldReader fields) {
    Bytes session = fields.fixed(Sha256.BYTES);
    return new Survivors(
        session,
        IndexSet.of(
            fields.list(Plan.MOST_SITES, index -> index.integer(1, Plan.MOST_SITES)).stream()
                .mapToInt(Integer::intValue)
                .toArray()));
  }
}
