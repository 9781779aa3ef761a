package io.usercenter.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A figure of a benchmark: what each of its rounds gave. */
public final class Figure {
  private final List<Double> rounds = new ArrayList<>();

  /** Of no rounds yet. */
  public Figure() {}

  /** One thing of those that each round gave. */
  public static <T> Figure of(List<T> rounds, ToDoubleFunction<T> one) {
    Figure figure = new Figure();
    rounds.forEach(round -> figure.add(one.applyAsDouble(round)));
    return figure;
  }

  /** The same thing of two lists of rounds, that of the first as a multiple of the second's. */
  public static <T> Figure ratio(List<T> above, List<T> below, ToDoubleFunction<T> one) {
    Figure figure = new Figure();
    for (int round = 0; round < above.size(); round++) {
      figure.add(one.applyAsDouble(above.get(round)) / one.applyAsDouble(below.get(round)));
    }
    return figure;
  }

  /** What one more round gave. */
  public void add(double value) {
    rounds.add(value);
  }

  /** How many there were. */
  public int rounds() {
    return rounds.size();
  }

  /** Half of the rounds gave less. */
  public double median() {
    return quantile(0.5);
  }

  /** This share of the rounds gave less. */
  public double quantile(double share) {
    return rounds.stream().sorted().toList().get((int) (share * (rounds.size() - 1)));
  }

  /** The median, and between what the middle half of the rounds lies. */
  @Override
  public String toString() {
    return "%.2f (%.2f to %.2f)".formatted(median(), quantile(0.25), quantile(0.75));
  }
}
