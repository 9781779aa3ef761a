package io.usercenter.shard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a watch is told of a statement: its verb and its first table, whichever database that is in,
 * and nothing else of it.
 */
class WatchedStatementTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SELECT a, b FROM role WHERE name = 'x'               | SELECT | role
          insert ignore into `session` (a) values (1)          | INSERT | session
          UPDATE account SET note = 'FROM alice'               | UPDATE | account
          DELETE FROM usercenter_03.ban WHERE id = 1           | DELETE | ban
          SELECT EXISTS (SELECT 1 FROM a.b) FROM `c`.`d`       | SELECT | d
          SELECT /*+ MAX_EXECUTION_TIME(1000) */ 1 FROM player | SELECT | player
          SELECT name FROM 'alice'                             | SELECT | ''
          SELECT 1                                             | SELECT | ''
          (SELECT 1)                                           | SQL    | ''
          """)
  void itIsNamedByVerbAndTable(String sql, String operation, String table) {
    assertThat(WatchedStatement.operation(sql)).isEqualTo(operation);
    assertThat(WatchedStatement.table(sql)).isEqualTo(table);
  }
}
