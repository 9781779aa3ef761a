package io.usercenter.token;

import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;

/** Fetches ticket keys for all game servers of this process, and remembers which were withdrawn. */
final class TicketKeyClients {
  private final UserCenter userCenter;
  private final ServiceCredential credential;
  private final Duration refreshEvery;
  private final LongSupplier nanoTime;
  private final Queue<TicketKeyClient> clients = new ConcurrentLinkedQueue<>();

  /** Of all servers, since the feed is not told again to a client that is made later. */
  private final Map<String, Set<Integer>> withdrawn = new ConcurrentHashMap<>();

  TicketKeyClients(
      UserCenter userCenter,
      ServiceCredential credential,
      Duration refreshEvery,
      LongSupplier nanoTime) {
    this.userCenter = userCenter;
    this.credential = credential;
    this.refreshEvery = refreshEvery;
    this.nanoTime = nanoTime;
  }

  TicketKeyClient open(String serverId) {
    TicketKeyClient client =
        new TicketKeyClient(
            serverId, userCenter, credential, refreshEvery, nanoTime, withdrawnOf(serverId));
    clients.add(client);
    return client;
  }

  /** The feed says that a key is withdrawn: it is never believed again. */
  void hear(WithdrawnTicketKey key) {
    if (withdrawnOf(key.serverId()).add(key.epoch())) {
      clients.forEach(TicketKeyClient::mayAskAgain);
    }
  }

  private Set<Integer> withdrawnOf(String serverId) {
    return withdrawn.computeIfAbsent(serverId, id -> ConcurrentHashMap.newKeySet());
  }
}
