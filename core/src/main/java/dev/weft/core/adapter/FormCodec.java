package dev.weft.core.adapter;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** Forms as bytes: the name of the kind, its numbers, then the chain. */
public final class FormCodec {
  private FormCodec() {}

  public static void write(DataOutput out, AdapterForm form) throws IOException {
    out.writeUTF(form.kind().name());
    for (float number : form.numbers()) {
      out.writeFloat(number);
    }
    ChainAdapter chain = form.chain();
    out.writeInt(chain.rank());
    out.writeUTF(chain.core().name());
    out.writeFloat(chain.scale());
    out.writeInt(chain.trained().size());
    for (Part part : chain.trained()) {
      out.writeUTF(part.name());
    }
  }

  /**
   * Inverse of {@link #write}.
   *
   * @throws IllegalArgumentException if the bytes are no form
   */
  public static AdapterForm read(DataInput in) throws IOException {
    FormKind kind = FormKind.of(in.readUTF());
    List<Float> numbers = new ArrayList<>();
    for (int left = kind.numbers(); left > 0; left--) {
      numbers.add(in.readFloat());
    }
    return kind.form(readChain(in), numbers);
  }

  private static ChainAdapter readChain(DataInput in) throws IOException {
    int rank = in.readInt();
    ChainAdapter.Core core = ChainAdapter.Core.valueOf(in.readUTF());
    float scale = in.readFloat();
    EnumSet<Part> trained = EnumSet.noneOf(Part.class);
    for (int left = in.readInt(); left > 0; left--) {
      trained.add(Part.valueOf(in.readUTF()));
    }
    return new ChainAdapter(rank, core, scale, trained);
  }
}
