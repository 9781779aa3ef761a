package io.usercenter.token;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Pages from the user center, by long poll. */
final class HttpRevocationPages implements RevocationPages {
  static final String PATH = "/server/v1/revocations";

  /** About 100,000 entries; the service cuts pages far below. */
  private static final int LARGEST_PAGE = 16 * 1024 * 1024;

  private final UserCenter userCenter;
  private final ServiceCredential credential;
  private final Duration slack;

  /**
   * @param slack on top of the time for which a page is held: connecting, the answer's way back
   */
  HttpRevocationPages(UserCenter userCenter, ServiceCredential credential, Duration slack) {
    this.userCenter = userCenter;
    this.credential = credential;
    this.slack = slack;
  }

  @Override
  public RevocationPage after(String place, Duration held)
      throws IOException, InterruptedException {
    String path =
        PATH
            + "?after="
            + URLEncoder.encode(place, StandardCharsets.UTF_8)
            + "&waitMs="
            + held.toMillis();
    byte[] answer = userCenter.get(path, credential, held.plus(slack), LARGEST_PAGE);
    return RevocationPage.parse(new String(answer, StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return userCenter.toString();
  }
}
