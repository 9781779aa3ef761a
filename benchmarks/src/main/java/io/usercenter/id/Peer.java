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
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import me.ahoo.cosid.segment.IdSegmentDistributor;
import me.ahoo.cosid.segment.SegmentChainId;
import me.ahoo.cosid.snowflake.MillisecondSnowflakeId;
import org.apache.seata.common.util.IdWorker;

/** Generators of 64-bit ids, unmodified, with their defaults and machine number 1. */
public enum Peer {
  /** Ours, genes as of names: uniform. */
  USERCENTER {
    @Override
    LongSupplier start() {
      UserIdGenerator generator = leased();
      Genes genes = new Genes(255);
      return () -> generator.nextValue(genes.next());
    }
  },
  /** Ours, all names in one shard: eight genes. */
  USERCENTER_ONE_SHARD {
    @Override
    LongSupplier start() {
      UserIdGenerator generator = leased();
      Genes genes = new Genes(0b111_00000);
      return () -> generator.nextValue(genes.next() | 19);
    }
  },
  COSID_MILLISECOND_SNOWFLAKE {
    @Override
    LongSupplier start() {
      return new MillisecondSnowflakeId(1)::generate;
    }
  },
  /** A segment generator: a counter in a store, here a memory cell. */
  COSID_SEGMENT_CHAIN {
    @Override
    LongSupplier start() {
      return new SegmentChainId(new IdSegmentDistributor.Atomic())::generate;
    }
  },
  YITTER {
    @Override
    LongSupplier start() {
      try {
        return new DefaultIdGenerator(new IdGeneratorOptions((short) 1))::newLong;
      } catch (IdGeneratorException e) {
        throw new IllegalStateException(e);
      }
    }
  },
  /**
   * Its default of 28 bits of seconds ran out in November 2024; one bit more, one worker bit less.
   */
  UID_GENERATOR {
    @Override
    LongSupplier start() throws Exception {
      return configured(new DefaultUidGenerator())::getUID;
    }
  },
  UID_GENERATOR_CACHED {
    @Override
    LongSupplier start() throws Exception {
      CachedUidGenerator generator = configured(new CachedUidGenerator());
      return () -> {
        while (true) {
          try {
            return generator.getUID();
          } catch (UidGenerateException e) {
            Thread.onSpinWait(); // it throws when its buffer is empty; here that counts as a wait
          }
        }
      };
    }
  },
  MYBATIS_PLUS {
    @Override
    LongSupplier start() {
      return new Sequence(1, 1)::nextId;
    }
  },
  HUTOOL {
    @Override
    LongSupplier start() {
      return new Snowflake(1, 1)::nextId;
    }
  },
  SEATA {
    @Override
    LongSupplier start() {
      return new IdWorker(1L)::nextId;
    }
  },
  TSID {
    @Override
    LongSupplier start() {
      TsidFactory factory = TsidFactory.newInstance256(1);
      return () -> factory.create().toLong();
    }
  };

  /** A new generator, as after a restart with the same configuration. */
  abstract LongSupplier start() throws Exception;

  private static <T extends DefaultUidGenerator> T configured(T generator) throws Exception {
    generator.setTimeBits(29);
    generator.setWorkerBits(21);
    generator.setSeqBits(13);
    generator.setWorkerIdAssigner(() -> 1);
    generator.afterPropertiesSet();
    return generator;
  }

  /** With a lease as the store grants it, that does not run out. */
  static UserIdGenerator leased() {
    InstantSource wall = InstantSource.system();
    AnchoredClock clock = new AnchoredClock(System::nanoTime, wall, Duration.ofSeconds(2));
    long now = UserIdLayout.timestampOfEpochMilli(wall.millis());
    clock.follow(clock.vote(now, clock.startOfQuestion()));
    UserIdGenerator generator =
        new UserIdGenerator(
            clock, System::nanoTime, LockSupport::parkNanos, UserIdSettings.standard());
    generator.follow(new Grant(1, "token", now, UserIdLayout.MAX_TIMESTAMP));
    return generator;
  }

  /** Genes as a hash of names gives them, cheaply and without a lock. */
  private static final class Genes {
    private final int mask;
    private final ThreadLocal<int[]> state = ThreadLocal.withInitial(() -> new int[] {0x9E3779B9});

    Genes(int mask) {
      this.mask = mask;
    }

    int next() {
      int[] cell = state.get();
      int x = cell[0];
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      cell[0] = x;
      return (x >>> 11) & mask;
    }
  }
}
