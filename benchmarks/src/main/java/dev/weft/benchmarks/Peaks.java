package dev.weft.benchmarks;

import dev.weft.finetune.torch.Precision;
import java.util.List;

/**
 * The most that a machine does.
 *
 * @param device what was measured: {@code cpu}, {@code cuda:0}
 * @param products square products, by precision, kernel and workers
 * @param bandwidths by workers
 */
public record Peaks(String device, List<Product> products, List<Bandwidth> bandwidths) {

  /**
   * @param kernel which of libtorch's ways to multiply
   * @param workers independent threads, one core each
   * @param flopsPerSecond of all workers together, at the size of square where that was highest
   */
  public record Product(Precision precision, String kernel, int workers, double flopsPerSecond) {}

  /**
   * Bytes per second of all workers together.
   *
   * @param copy of one array to another, bytes read and bytes written counting both
   * @param sum of an array, bytes read
   */
  public record Bandwidth(int workers, double copy, double sum) {}

  public Peaks {
    products = List.copyOf(products);
    bandwidths = List.copyOf(bandwidths);
  }

  /**
   * The peak of a precision: its fastest kernel's.
   *
   * @throws java.util.NoSuchElementException if it was not measured
   */
  public double flopsPerSecond(Precision precision, int workers) {
    return products.stream()
        .filter(product -> product.precision() == precision && product.workers() == workers)
        .mapToDouble(Product::flopsPerSecond)
        .max()
        .orElseThrow();
  }

  /**
   * What training in a precision is held against. Where the machine multiplies bfloat16 slower than
   * float32, the engine rounds the weights to bfloat16 and multiplies in float32.
   *
   * @throws java.util.NoSuchElementException if it was not measured
   */
  public double attainable(Precision precision, int workers) {
    return Math.max(flopsPerSecond(precision, workers), flopsPerSecond(Precision.FLOAT32, workers));
  }
}
