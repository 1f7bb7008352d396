package dev.weft.checkpoint.quantization;

import dev.weft.core.Digest;

/** The element codes of a matrix [out, in], as the numbers they stand for before scale and zero. */
interface Codes {

  /** Writes the numbers of rows [from, to), row-major, to the start of {@code target}. */
  void read(int from, int to, float[] target);

  /** Bytes held. */
  long bytes();

  void addTo(Digest.Builder digest);

  /** Whether all codes stand for finite numbers, as integers do. */
  default boolean allFinite() {
    return true;
  }

  /** One element after the other, row-major: int8, float8, float16 and the like. */
  record Plain(Elements elements, int in) implements Codes {

    @Override
    public void read(int from, int to, float[] target) {
      elements.read(from * in, (to - from) * in, target);
    }

    @Override
    public boolean allFinite() {
      return elements.firstNotFinite().isEmpty();
    }

    @Override
    public long bytes() {
      return elements.bytes();
    }

    @Override
    public void addTo(Digest.Builder digest) {
      elements.addTo(digest);
    }
  }

  /**
   * Every row is a stream of packed integers.
   *
   * @param rowStep words from a row's first to the next row's first
   * @param wordStep words from one to the next of a row
   */
  record PackedRows(PackedWords words, int rowStep, int wordStep, int in) implements Codes {

    @Override
    public void read(int from, int to, float[] target) {
      for (int row = from; row < to; row++) {
        words.read(row * rowStep, wordStep, in, target, (row - from) * in);
      }
    }

    @Override
    public long bytes() {
      return words.bytes();
    }

    @Override
    public void addTo(Digest.Builder digest) {
      words.addTo(digest);
    }
  }
}
