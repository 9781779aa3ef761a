package io.usercenter.admin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * What operators may do. It is remembered together with the version of all rights that it was read
 * at; a request reads the version of now together with the operator's session, so a change holds
 * from the next request on, in every instance, and needs neither Redis nor a clock.
 */
@Component
final class RightsOfOperators {
  private final RightsMapper mapper;
  private final Cache<Long, Remembered> remembered =
      Caffeine.newBuilder().maximumSize(1_000).build();

  RightsOfOperators(RightsMapper mapper) {
    this.mapper = mapper;
  }

  /**
   * Of an operator who is no super admin.
   *
   * @param version of all rights, read before this call
   */
  Rights of(long operatorId, long version) {
    Remembered known = remembered.getIfPresent(operatorId);
    // One of a later version was read by a request that came after this one: it is newer news.
    if (known != null && known.version() >= version) {
      return known.rights();
    }
    // What changes while it is read has a version above this one, so the next request reads again.
    Rights rights = Rights.of(grantsOf(operatorId));
    remembered.put(operatorId, new Remembered(version, rights));
    return rights;
  }

  /** As they are now. */
  List<Grant> grantsOf(long operatorId) {
    Map<Long, List<String>> permissions = byGrant(mapper.permissions(operatorId));
    Map<Long, List<String>> servers = byGrant(mapper.servers(operatorId));
    Map<Long, List<String>> channels = byGrant(mapper.channels(operatorId));
    Map<Long, List<String>> groups = byGrant(mapper.serverGroups(operatorId));
    return mapper.grants(operatorId).stream()
        .map(
            grant ->
                Grant.of(
                    grant,
                    permissions.getOrDefault(grant.grantId(), List.of()),
                    servers.getOrDefault(grant.grantId(), List.of()),
                    channels.getOrDefault(grant.grantId(), List.of()),
                    groups.getOrDefault(grant.grantId(), List.of())))
        .toList();
  }

  static Map<Long, List<String>> byGrant(List<RightsMapper.Part> parts) {
    return parts.stream()
        .collect(
            Collectors.groupingBy(
                RightsMapper.Part::grantId,
                Collectors.mapping(RightsMapper.Part::name, Collectors.toList())));
  }

  private record Remembered(long version, Rights rights) {}
}
