package io.usercenter.approval;

import io.usercenter.idempotency.Idempotency;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ApprovalConfiguration {
  @Bean
  ApprovalDesk approvalDesk(ApprovalMapper mapper, Idempotency idempotency, InstantSource clock) {
    return new ApprovalDesk(mapper, idempotency, clock);
  }

  @Bean
  Approvals approvals(
      ApprovalMapper mapper,
      List<ApprovedWork> works,
      ApprovalWitness witness,
      SecureRandom random,
      InstantSource clock) {
    return new Approvals(mapper, works, witness, random, clock);
  }
}
