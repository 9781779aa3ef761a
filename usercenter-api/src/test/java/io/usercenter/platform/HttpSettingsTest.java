package io.usercenter.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.util.unit.DataSize;

class HttpSettingsTest {
  @ParameterizedTest
  @CsvSource({"0, 512, 4096", "0, 128, 1024", "0, 4096, 10000", "10000, 512, 10000", "60, 512, 60"})
  void connectionsAreAsManyAsTheHeapHolds(int set, long heapMb, int connections) {
    HttpSettings settings = BoundSettings.http(Map.of("max-connections", set));

    assertThat(settings.connections(DataSize.ofMegabytes(heapMb).toBytes())).isEqualTo(connections);
  }
}
