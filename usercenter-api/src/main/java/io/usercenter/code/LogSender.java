package io.usercenter.code;

import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes codes to the log instead of sending them, for developing without any sender. */
final class LogSender implements CodeSender {
  private static final Logger log = LoggerFactory.getLogger(LogSender.class);

  LogSender() {
    log.warn("codes are written to this log, where everybody who reads it gets in as anybody");
  }

  @Override
  public Set<Medium> media() {
    return EnumSet.allOf(Medium.class);
  }

  /** Without the address: that is nobody's business even here. */
  @Override
  public Delivery send(CodeMessage message) {
    log.warn(
        "code {} for {} by {}", message.code(), message.purpose().word(), message.to().medium());
    return new Delivery.Taken();
  }
}
