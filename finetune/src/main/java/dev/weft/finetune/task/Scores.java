package dev.weft.finetune.task;

/** Quality of predicted classes. */
final class Scores {
  private Scores() {}

  static double accuracy(int[] labels, int[] predictions) {
    int right = 0;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] == predictions[i]) {
        right++;
      }
    }
    return (double) right / labels.length;
  }

  /**
   * Unweighted mean over classes of {@code F1 = 2 TP / (2 TP + FP + FN)}. A class that is neither
   * among the labels nor predicted says nothing and is left out of the mean.
   */
  static double macroF1(int[] labels, int[] predictions, int classes) {
    int[] truePositives = new int[classes];
    int[] labelled = new int[classes];
    int[] predicted = new int[classes];
    for (int i = 0; i < labels.length; i++) {
      labelled[labels[i]]++;
      predicted[predictions[i]]++;
      if (labels[i] == predictions[i]) {
        truePositives[labels[i]]++;
      }
    }
    double sum = 0;
    int present = 0;
    for (int c = 0; c < classes; c++) {
      int seen = labelled[c] + predicted[c];
      if (seen > 0) {
        sum += 2.0 * truePositives[c] / seen;
        present++;
      }
    }
    return sum / present;
  }
}
