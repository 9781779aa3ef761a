package io.planted.modules;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Never started. */
@SpringBootApplication
public class PlantedApplication {}
