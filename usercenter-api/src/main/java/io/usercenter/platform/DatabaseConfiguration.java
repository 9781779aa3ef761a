package io.usercenter.platform;

import com.baomidou.mybatisplus.core.MybatisConfiguration;
import com.baomidou.mybatisplus.core.config.GlobalConfig;
import com.baomidou.mybatisplus.extension.spring.MybatisSqlSessionFactoryBean;
import io.usercenter.shard.DatabaseSettings;
import io.usercenter.shard.ShardMigrations;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.ShardWarmUp;
import io.usercenter.shard.ShardedDataSource;
import io.usercenter.shard.Shards;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.apache.ibatis.session.SqlSessionFactory;
import org.apache.ibatis.type.TypeHandlerRegistry;
import org.mybatis.spring.mapper.MapperScannerConfigurer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * The 32 shards behind one data source, the admin database behind another, each with its mappers.
 */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {
  private static final Logger log = LoggerFactory.getLogger(DatabaseConfiguration.class);
  private static final int PATIENCE_SECONDS = 120;

  @Bean
  Shards shards(DatabaseProperties properties) {
    return new Shards(properties.geneFunction());
  }

  @Bean
  DatabaseSettings databaseSettings(DatabaseProperties properties) {
    return properties.toSettings();
  }

  @Bean
  ShardPools shardPools(
      DatabaseProperties properties, DatabaseSettings settings, Shards shards, InstantSource clock)
      throws InterruptedException {
    ShardMigrations migrations =
        properties.migrate() ? new ShardMigrations(properties.toMigrationSettings(), shards) : null;
    if (migrations != null) {
      ShardMigrations.Report report =
          migrations.migrateAll(
              (done, total, database, changed) -> {
                if (changed) {
                  log.info("migrated {} ({} of {})", database, done, total);
                }
              });
      log.info(
          "schema: {} databases changed, {} up to date, not reachable: {}",
          report.changed(),
          report.unchanged(),
          report.failed().keySet());
    }
    ShardPools pools = ShardPools.open(settings, shards, migrations, clock);
    boolean known = pools.awaitVerdicts(Duration.ofSeconds(10));
    CountDownLatch never = new CountDownLatch(1);
    for (int second = 1; !known || !pools.health().admin().up(); second++) {
      if (second % 10 == 1) {
        log.warn("waiting for the admin database: {}", pools.health().admin());
      }
      if (second == PATIENCE_SECONDS) {
        pools.close();
        throw new IllegalStateException(
            "the admin database was not usable for two minutes: " + pools.health().admin());
      }
      known = never.await(1, TimeUnit.SECONDS) || pools.awaitVerdicts(Duration.ofSeconds(1));
    }
    pools
        .health()
        .notUp()
        .forEach(row -> log.warn("starting without shard {}: {}", row.shard(), row.condition()));
    return pools;
  }

  @Bean
  DataSource shardedDataSource(ShardPools pools, Shards shards) throws SQLException {
    return ShardedDataSource.create(pools, shards);
  }

  @Bean
  PlatformTransactionManager shardTransactionManager(
      @Qualifier("shardedDataSource") DataSource dataSource) {
    return new DataSourceTransactionManager(dataSource);
  }

  @Bean
  ShardTransactions shardTransactions(
      @Qualifier("shardTransactionManager") PlatformTransactionManager manager) {
    return new ShardTransactions(manager);
  }

  @Bean
  AdminTransactions adminTransactions(ShardPools pools) {
    return new AdminTransactions(pools.admin());
  }

  @Bean
  ShardRounds shardRounds(ShardPools pools) {
    return new ShardRounds(pools);
  }

  @Bean
  SqlSessionFactory shardSqlSessions(
      @Qualifier("shardedDataSource") DataSource dataSource, List<JsonTypeHandler<?>> ofFeatures)
      throws Exception {
    return sessions(dataSource, ofFeatures);
  }

  @Bean
  SqlSessionFactory adminSqlSessions(ShardPools pools) throws Exception {
    return sessions(pools.admin(), List.of());
  }

  @Bean
  static MapperScannerConfigurer shardMappers() {
    return mappers(ShardMapper.class, "shardSqlSessions");
  }

  @Bean
  static MapperScannerConfigurer adminMappers() {
    return mappers(AdminMapper.class, "adminSqlSessions");
  }

  /**
   * Ahead of the ports: the first seconds of the statements are slow, and requests that came
   * meanwhile would wait for the same classes to be initialized. Virtual threads hold their carrier
   * while they wait for that (JEP 491), and there are not many.
   */
  @Bean
  SmartInitializingSingleton warmUp(
      @Qualifier("shardedDataSource") DataSource sharded,
      ShardPools pools,
      Shards shards,
      DatabaseProperties properties) {
    return () -> {
      if (!properties.warmUp().isZero()) {
        int sent = ShardWarmUp.run(sharded, pools, shards, properties.warmUp());
        log.info("warmed up with {} statements", sent);
      }
    };
  }

  private static MapperScannerConfigurer mappers(
      Class<? extends java.lang.annotation.Annotation> kind, String sessions) {
    MapperScannerConfigurer scanner = new MapperScannerConfigurer();
    scanner.setBasePackage("io.usercenter");
    scanner.setAnnotationClass(kind);
    scanner.setSqlSessionFactoryBeanName(sessions);
    return scanner;
  }

  private static SqlSessionFactory sessions(
      DataSource dataSource, List<JsonTypeHandler<?>> ofFeatures) throws Exception {
    MybatisConfiguration configuration = new MybatisConfiguration();
    configuration.setMapUnderscoreToCamelCase(true);
    configuration.setArgNameBasedConstructorAutoMapping(true); // rows are records
    TypeHandlerRegistry handlers = configuration.getTypeHandlerRegistry();
    handlers.register(new UserIdTypeHandler());
    ofFeatures.forEach(json -> json.registerAt(handlers));
    // Statements are short-lived objects of one request; a second-level cache would lie about them.
    configuration.setCacheEnabled(false);
    configuration.setLocalCacheScope(org.apache.ibatis.session.LocalCacheScope.STATEMENT);
    GlobalConfig global = new GlobalConfig();
    global.setBanner(false);
    MybatisSqlSessionFactoryBean factory = new MybatisSqlSessionFactoryBean();
    factory.setDataSource(dataSource);
    factory.setConfiguration(configuration);
    factory.setGlobalConfig(global);
    SqlSessionFactory sessions = factory.getObject();
    if (sessions == null) {
      throw new IllegalStateException("MyBatis made no session factory");
    }
    return sessions;
  }
}
