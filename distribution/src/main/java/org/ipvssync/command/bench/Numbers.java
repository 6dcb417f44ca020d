package org.ipvssync.command.bench;

import java.util.List;

/** Small sums. */
final class Numbers {
  private Numbers() {}

  /** The one in the middle; of an even number, the upper of the two. */
  static double median(List<Double> numbers) {
    return numbers.stream().sorted().skip(numbers.size() / 2).findFirst().orElse(Double.NaN);
  }

  /** The last so many. */
  static List<Double> last(List<Double> numbers, int count) {
    return numbers.subList(Math.max(0, numbers.size() - count), numbers.size());
  }
}
