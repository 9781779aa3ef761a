package io.usercenter.transfer;

import java.util.Locale;
import java.util.Optional;

/** How a file of accounts is written: UTF-8, one account on a line. */
public enum FileFormat {
  /** RFC 4180 with commas; the first line names the columns. No line breaks inside of quotes. */
  CSV("text/csv"),
  /** One JSON object on each line. */
  NDJSON("application/x-ndjson");

  private final String mediaType;

  FileFormat(String mediaType) {
    this.mediaType = mediaType;
  }

  /** For the Content-Type of HTTP, without parameters. */
  public String mediaType() {
    return mediaType;
  }

  /** By the ending of a file's name: csv; ndjson, jsonl. */
  public static Optional<FileFormat> ofFileName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".csv")) {
      return Optional.of(CSV);
    }
    return lower.endsWith(".ndjson") || lower.endsWith(".jsonl")
        ? Optional.of(NDJSON)
        : Optional.empty();
  }
}
