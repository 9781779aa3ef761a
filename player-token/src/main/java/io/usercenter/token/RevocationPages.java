package io.usercenter.token;

import java.io.IOException;
import java.time.Duration;

/** Where the pages of the feed come from. */
@FunctionalInterface
interface RevocationPages {
  /**
   * @param place where the last page ended
   * @param held how long to wait for news when there is none
   * @throws IOException when there is no page
   */
  RevocationPage after(String place, Duration held) throws IOException, InterruptedException;
}
