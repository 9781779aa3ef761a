package io.usercenter.platform;

import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.id.UserId;
import io.usercenter.id.UsernameRules;
import io.usercenter.password.Argon2;
import io.usercenter.password.NewPasswordRules;
import io.usercenter.trace.TraceSettings;
import io.usercenter.trace.Traces;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.random.RandomGenerator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.convert.converter.Converter;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.deser.std.FromStringDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** The parts of the platform, and the edge at which time and randomness are handed in. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
@ConfigurationPropertiesScan("io.usercenter")
class PlatformConfiguration {
  /** At least as many as there are scheduled methods. Idle threads cost next to nothing. */
  private static final int JOBS = 16;

  @Bean
  InstantSource clock() {
    return InstantSource.system();
  }

  /**
   * Runs what is scheduled, each job on a thread of its own: with virtual threads Spring Boot would
   * run one job after the other on a single thread, and a long one would hold up all others.
   */
  @Bean
  ThreadPoolTaskScheduler taskScheduler() {
    ThreadPoolTaskScheduler jobs = new ThreadPoolTaskScheduler();
    jobs.setPoolSize(JOBS);
    jobs.setThreadNamePrefix("jobs-");
    jobs.setDaemon(true);
    return jobs;
  }

  @Bean
  SecureRandom secureRandom() {
    return new SecureRandom();
  }

  @Bean
  UsernameRules usernameRules() {
    return UsernameRules.standard();
  }

  @Bean
  MasterKey masterKey(MasterKey.Settings settings) {
    return new MasterKey(settings);
  }

  @Bean
  PasswordHasher passwordHasher(
      PasswordSettings settings, SecureRandom random, MeterRegistry meters) {
    return new PasswordHasher(settings, Argon2.fastest(), random, meters);
  }

  @Bean
  NewPasswordRules newPasswordRules() {
    return NewPasswordRules.standard();
  }

  @Bean
  PersonalExport personalExport(List<PersonalData> data, InstantSource clock) {
    return new PersonalExport(data, clock);
  }

  @Bean
  Redis redis(Redis.Settings settings, MeterRegistry meters) {
    return new Redis(settings, meters);
  }

  @Bean
  Caches caches(Redis redis, ObjectMapper json, MeterRegistry meters) {
    return new Caches(redis, json, meters, RandomGenerator.of("L64X128MixRandom"));
  }

  @Bean
  Ports ports(HttpSettings settings, SslBundles bundles) {
    return new Ports(settings, bundles);
  }

  @Bean
  ClientAddresses clientAddresses(HttpSettings settings) {
    return new ClientAddresses(settings);
  }

  @Bean
  FilterRegistrationBean<OncePerRequestFilter> traceFilter(
      SecureRandom random, Traces traces, Ports ports, ObjectProvider<TracedCallers> gameServers) {
    // Filters are made before the databases are there.
    return filter(
        new TraceFilter(random, traces, ports, gameServers::getObject), Ordered.HIGHEST_PRECEDENCE);
  }

  @Bean
  Traces traces(TraceSettings settings) {
    return new Traces(settings, "usercenter-api", RandomGenerator.of("L64X128MixRandom"));
  }

  @Bean
  Drain drain(HttpSettings settings) {
    return new Drain(settings.drain());
  }

  @Bean
  FilterRegistrationBean<OncePerRequestFilter> portFilter(Ports ports, Drain drain) {
    return filter(new Ports.Guard(ports, drain), Ordered.HIGHEST_PRECEDENCE + 1);
  }

  @Bean
  FilterRegistrationBean<OncePerRequestFilter> costFilter(
      MeterRegistry meters, HttpSettings settings) {
    return filter(new RequestCost(meters, settings), Ordered.HIGHEST_PRECEDENCE + 2);
  }

  @Bean
  RequestCost.Header costHeader(HttpSettings settings) {
    return new RequestCost.Header(settings);
  }

  @Bean
  CallersAreChecked callersAreChecked(List<RequestMappingHandlerMapping> mappings) {
    return new CallersAreChecked(mappings);
  }

  /** Ids are decimal strings in JSON: they passed 2^53 in 2018. */
  @Bean
  JacksonModule idsAsStrings() {
    SimpleModule module = new SimpleModule("ids");
    module.addSerializer(UserId.class, ToStringSerializer.instance);
    module.addDeserializer(
        UserId.class,
        new FromStringDeserializer<UserId>(UserId.class) {
          @Override
          protected UserId _deserialize(String decimal, DeserializationContext context) {
            return UserId.parse(decimal);
          }
        });
    return module;
  }

  @Bean
  Converter<String, UserId> userIdFromPath() {
    return new Converter<>() {
      @Override
      public UserId convert(String decimal) {
        return UserId.parse(decimal);
      }
    };
  }

  /** Of a query. What lies outside of these years the databases could not compare with. */
  @Bean
  Converter<String, Instant> instantFromQuery() {
    return new Converter<>() {
      @Override
      public Instant convert(String text) {
        Instant instant = Instant.parse(text);
        int year = instant.atOffset(ZoneOffset.UTC).getYear();
        if (year < 1970 || year > 9999) {
          throw new IllegalArgumentException("not within the years 1970 to 9999: " + text);
        }
        return instant;
      }
    };
  }

  @Bean
  WebMvcConfigurer callers(
      List<CallerResolver<?>> resolvers, CallerGate gate, ClientAddresses addresses) {
    return new WebMvcConfigurer() {
      @Override
      public void addArgumentResolvers(List<HandlerMethodArgumentResolver> all) {
        all.add(new CallerArguments(resolvers, gate));
        all.add(addresses);
      }
    };
  }

  private static FilterRegistrationBean<OncePerRequestFilter> filter(
      OncePerRequestFilter filter, int order) {
    FilterRegistrationBean<OncePerRequestFilter> bean = new FilterRegistrationBean<>(filter);
    bean.setOrder(order);
    return bean;
  }
}
