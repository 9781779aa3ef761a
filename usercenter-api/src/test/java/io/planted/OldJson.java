package io.planted;

import com.fasterxml.jackson.databind.ObjectMapper;

/** Reads JSON with the library of before. */
final class OldJson {
  final ObjectMapper json = new ObjectMapper();
}
