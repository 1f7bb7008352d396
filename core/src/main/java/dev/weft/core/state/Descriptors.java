package dev.weft.core.state;

import dev.weft.core.Text;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AlloraAdapter;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.DoraAdapter;
import dev.weft.core.adapter.HadamardAdapter;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.random.Seed;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.EnumSet;

/** Forms and origins as bytes. */
final class Descriptors {
  private Descriptors() {}

  static void write(DataOutputStream out, AdapterForm form) throws IOException {
    if (form instanceof DoraAdapter) {
      out.writeUTF("dora");
    } else if (form instanceof AlloraAdapter allora) {
      out.writeUTF("allora");
      out.writeFloat(allora.eta());
    } else if (form instanceof HadamardAdapter) {
      out.writeUTF("hadamard");
    } else {
      out.writeUTF("chain");
    }
    ChainAdapter chain = form.chain();
    out.writeInt(chain.rank());
    out.writeUTF(chain.core().name());
    out.writeFloat(chain.scale());
    out.writeInt(chain.trained().size());
    for (Part part : EnumSet.copyOf(chain.trained())) {
      out.writeUTF(part.name());
    }
  }

  static AdapterForm readForm(DataInputStream in) throws IOException {
    String kind = in.readUTF();
    return switch (kind) {
      case "chain" -> readChain(in);
      case "dora" -> new DoraAdapter(readChain(in));
      case "hadamard" -> new HadamardAdapter(readChain(in));
      case "allora" -> {
        float eta = in.readFloat();
        yield new AlloraAdapter(readChain(in), eta);
      }
      default -> throw new IOException(Text.format("unknown form \"%s\"", kind));
    };
  }

  private static ChainAdapter readChain(DataInputStream in) throws IOException {
    int rank = in.readInt();
    ChainAdapter.Core core = ChainAdapter.Core.valueOf(in.readUTF());
    float scale = in.readFloat();
    EnumSet<Part> trained = EnumSet.noneOf(Part.class);
    for (int left = in.readInt(); left > 0; left--) {
      trained.add(Part.valueOf(in.readUTF()));
    }
    return new ChainAdapter(rank, core, scale, trained);
  }

  static void write(DataOutputStream out, Origin origin) throws IOException {
    if (origin instanceof Origin.Kaiming kaiming) {
      out.writeUTF("kaiming");
      out.writeLong(kaiming.seed().value());
    } else if (origin instanceof Origin.Normal normal) {
      out.writeUTF("normal");
      out.writeLong(normal.seed().value());
      out.writeFloat(normal.length());
      out.writeBoolean(normal.tied());
    } else if (origin instanceof Origin.Columns columns) {
      out.writeUTF("columns");
      out.writeLong(columns.seed().value());
    } else if (origin instanceof Origin.Groups) {
      out.writeUTF("groups");
    } else {
      out.writeUTF(origin instanceof Origin.Zeros ? "zeros" : "fetched");
    }
  }

  static Origin readOrigin(DataInputStream in) throws IOException {
    String origin = in.readUTF();
    return switch (origin) {
      case "kaiming" -> new Origin.Kaiming(new Seed(in.readLong()));
      case "normal" -> new Origin.Normal(new Seed(in.readLong()), in.readFloat(), in.readBoolean());
      case "columns" -> new Origin.Columns(new Seed(in.readLong()));
      case "groups" -> new Origin.Groups();
      case "zeros" -> new Origin.Zeros();
      case "fetched" -> new Origin.Fetched();
      default -> throw new IOException(Text.format("unknown origin \"%s\"", origin));
    };
  }
}
