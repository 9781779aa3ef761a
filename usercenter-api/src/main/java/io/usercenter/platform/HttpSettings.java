package io.usercenter.platform;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How the service is reached.
 *
 * @param internalPort for operators, console and actuator; 0 takes a free one; default 8081
 * @param internalAddress the address of the internal port; default 127.0.0.1
 * @param internalSslBundle the name of a bundle of {@code spring.ssl.bundle} with a key and a trust
 *     store: the internal port speaks TLS only, to callers with a certificate that the trust store
 *     knows; default none, plain HTTP
 * @param maxRequestBody larger request bodies get 413; default 1 MB, which holds 500 role events
 * @param bodyMemory what the bodies of requests under way may take together, but for the first 4 KB
 *     of each, and those of players a quarter of it; who sends more gets 503; read as JSON they
 *     take two to three times as much of the heap; default 64 MB
 * @param maxConnections of each port at once; more wait to be accepted; default 0: one for each 128
 *     KB of the heap, at most 10000, as a request that waits takes 40 to 65 KB
 * @param slowSenderPatience the head of a request must come within this time, and no body may come
 *     with less than 512 bytes a second for longer; who is slower is cut off; default 10s
 * @param drain who has a connection when the process is told to stop may go on with it for so long,
 *     and is told with each answer that it is the last one; 0 to 60 s, default 3s
 * @param serverTiming answers carry {@code Server-Timing} with the shards and statements they took;
 *     default off, because it shows the inside of the service to players
 * @param trustedProxies ranges of addresses, {@code 10.0.0.0/8}, whose word is taken for where a
 *     request comes from; default none
 * @param forwardedHeader the header in which they say it; default {@code x-forwarded-for}
 */
@Validated
@ConfigurationProperties(prefix = "usercenter.http", ignoreUnknownFields = false)
record HttpSettings(
    @DefaultValue("8081") @Min(0) @Max(65535) int internalPort,
    @DefaultValue("127.0.0.1") @NotBlank String internalAddress,
    @DefaultValue("") String internalSslBundle,
    @DefaultValue("1MB") DataSize maxRequestBody,
    @DefaultValue("64MB") DataSize bodyMemory,
    @DefaultValue("0") @Min(0) @Max(1_000_000) int maxConnections,
    @DefaultValue("10s") Duration slowSenderPatience,
    @DefaultValue("3s") Duration drain,
    @DefaultValue("false") boolean serverTiming,
    @DefaultValue List<AddressRange> trustedProxies,
    @DefaultValue("x-forwarded-for") ForwardedHeader forwardedHeader) {

  HttpSettings {
    Bounds.require(
        "usercenter.http.max-request-body",
        maxRequestBody,
        DataSize.ofKilobytes(64),
        DataSize.ofMegabytes(64));
    Bounds.require(
        "usercenter.http.body-memory",
        bodyMemory,
        DataSize.ofBytes(4 * maxRequestBody.toBytes()), // the largest fits into a quarter
        DataSize.ofGigabytes(16));
    Bounds.require(
        "usercenter.http.slow-sender-patience",
        slowSenderPatience,
        Duration.ofSeconds(1),
        Duration.ofMinutes(5));
    Bounds.require("usercenter.http.drain", drain, Duration.ZERO, Duration.ofMinutes(1));
  }

  /** How many connections each port takes at once in a heap of so many bytes. */
  int connections(long heap) {
    return maxConnections > 0
        ? maxConnections
        : (int) Math.min(10_000, heap / DataSize.ofKilobytes(128).toBytes());
  }
}
