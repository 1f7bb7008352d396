package dev.weft.privacy.secagg.message;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.FieldReader;
import dev.weft.privacy.keys.FieldWriter;
import dev.weft.privacy.secagg.Sha256;
import dev.weft.privacy.secagg.Verifier;
import dev.weft.privacy.secagg.graph.Plan;
import java.util.List;

/**
 * Step 1a: everyone who is in the session.
 *
 * @param context digest of the session's context
 * @param neighbours k, as the coordinator computed it
 * @param threshold t, as the coordinator computed it
 * @param entries by index, which begins at 1
 */
public record Roster(Bytes context, int neighbours, int threshold, List<Entry> entries)
    implements CoordinatorMessage {
  static final String CONTEXT = "secagg/v1/message/roster";

  public Roster {
    entries = List.copyOf(entries);
  }

  /**
   * A site.
   *
   * @param signing its long-term key
   * @param advertisement what it signed with that
   */
  public record Entry(Bytes signing, Advertisement advertisement) {}

  public int size() {
    return entries.size();
  }

  /** The site of this index. */
  public Entry entry(int index) {
    return entries.get(index - 1);
  }

  /** 32 bytes that stand for all keys and who they belong to. */
  public Bytes digest() {
    FieldWriter fields = new FieldWriter("secagg/v1/roster").fixed(context).count(size());
    for (int index = 1; index <= size(); index++) {
      Advertisement keys = entry(index).advertisement();
      fields
          .count(index)
          .text(keys.node().value())
          .fixed(entry(index).signing())
          .fixed(keys.shareKey())
          .fixed(keys.maskKey())
          .fixed(keys.kemKeys())
          .fixed(keys.nonce());
    }
    return Sha256.of(fields);
  }

  @Override
  public Bytes place() {
    return context;
  }

  @Override
  public byte[] encode() {
    return new FieldWriter(CONTEXT)
        .fixed(context)
        .count(neighbours)
        .count(threshold)
        .list(
            entries, (fields, entry) -> entry.advertisement().write(fields.fixed(entry.signing())))
        .toArray();
  }

  static Roster read(FieldReader fields) {
    Bytes context = fields.fixed(Sha256.BYTES);
    return new Roster(
        context,
        fields.integer(1, Plan.MOST_SITES),
        fields.integer(1, Plan.MOST_SITES),
        fields.list(
            Plan.MOST_SITES,
            entry ->
                new Entry(entry.fixed(Verifier.KEY_BYTES), Advertisement.read(context, entry))));
  }
}
