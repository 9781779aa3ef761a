package io.usercenter.id;

import cn.hutool.core.lang.Snowflake;
import com.baomidou.mybatisplus.core.toolkit.Sequence;
import com.github.f4b6a3.tsid.TsidFactory;
import com.github.yitter.contract.IdGeneratorException;
import com.github.yitter.contract.IdGeneratorOptions;
import com.github.yitter.idgen.DefaultIdGenerator;
import com.xfvape.uid.exception.UidGenerateException;
import com.xfvape.uid.impl.CachedUidGenerator;
import com.xfvape.uid.impl.DefaultUidGenerator;
import java.util.Properties;
import java.util.function.LongSupplier;
import me.ahoo.cosid.segment.IdSegmentDistributor;
import me.ahoo.cosid.segment.SegmentChainId;
import me.ahoo.cosid.snowflake.MillisecondSnowflakeId;
import org.apache.seata.common.util.IdWorker;
import org.apache.shardingsphere.infra.algorithm.keygen.snowflake.SnowflakeKeyGenerateAlgorithm;

/**
 * Other generators of 64-bit ids: unmodified, with their defaults and a machine number that was
 * configured.
 */
public enum Peer {
  COSID_MILLISECOND("CosId MillisecondSnowflakeId") {
    @Override
    public LongSupplier start() {
      return new MillisecondSnowflakeId(1)::generate;
    }
  },
  /** A counter in a store, fetched a segment at a time; here the store is a memory cell. */
  COSID_SEGMENT_CHAIN("CosId SegmentChainId") {
    @Override
    public LongSupplier start() {
      return new SegmentChainId(new IdSegmentDistributor.Atomic())::generate;
    }
  },
  MYBATIS_PLUS("MyBatis-Plus Sequence") {
    @Override
    public LongSupplier start() {
      return new Sequence(1, 1)::nextId;
    }
  },
  HUTOOL("Hutool Snowflake") {
    @Override
    public LongSupplier start() {
      return new Snowflake(1, 1)::nextId;
    }
  },
  SHARDINGSPHERE("ShardingSphere SNOWFLAKE") {
    @Override
    public LongSupplier start() {
      SnowflakeKeyGenerateAlgorithm algorithm = new SnowflakeKeyGenerateAlgorithm();
      algorithm.init(new Properties());
      return () -> algorithm.generateKeys(null, 1).iterator().next();
    }
  },
  SEATA("Seata IdWorker") {
    @Override
    public LongSupplier start() {
      return new IdWorker(1L)::nextId;
    }
  },
  TSID("tsid-creator") {
    @Override
    public LongSupplier start() {
      TsidFactory factory = TsidFactory.builder().withNode(1).build();
      return () -> factory.create().toLong();
    }
  },
  YITTER("Yitter") {
    @Override
    public LongSupplier start() {
      try {
        return new DefaultIdGenerator(new IdGeneratorOptions((short) 1))::newLong;
      } catch (IdGeneratorException e) {
        throw new IllegalStateException(e);
      }
    }
  },
  UID_GENERATOR("uid-generator, default") {
    @Override
    public LongSupplier start() {
      return configured(new DefaultUidGenerator())::getUID;
    }
  },
  UID_GENERATOR_CACHED("uid-generator, cached") {
    @Override
    public LongSupplier start() {
      CachedUidGenerator generator = configured(new CachedUidGenerator());
      return () -> {
        while (true) {
          try {
            return generator.getUID();
          } catch (UidGenerateException e) {
            Thread.onSpinWait(); // it throws when its buffer is empty; that is a wait here
          }
        }
      };
    }
  };

  private final String title;

  Peer(String title) {
    this.title = title;
  }

  /** A new generator, as after a start with the same configuration. */
  public abstract LongSupplier start();

  /** As its users call it. */
  public String title() {
    return title;
  }

  /** 28 bits of seconds since May 2016 ended in November 2024: one more, one fewer for workers. */
  private static <T extends DefaultUidGenerator> T configured(T generator) {
    generator.setTimeBits(29);
    generator.setWorkerBits(21);
    generator.setSeqBits(13);
    generator.setWorkerIdAssigner(() -> 1);
    try {
      generator.afterPropertiesSet();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return generator;
  }
}
