package io.planted;

/** Names the package. */
public final class PlantedViolations {
  private PlantedViolations() {}
}
