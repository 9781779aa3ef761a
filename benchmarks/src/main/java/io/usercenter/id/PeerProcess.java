package io.usercenter.id;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A process, as far as a peer can tell: its classes are loaded anew from the jars as they were
 * published, with statics of their own, and wherever they ask the JDK for the time, sleep or plan a
 * task, they meet a virtual clock. Nothing else in them is changed.
 */
final class PeerProcess extends ClassLoader {
  /** Peers, and those of our classes that touch them. */
  private static final List<String> OWN =
      List.of(
          "com.baomidou.mybatisplus.",
          "cn.hutool.core.",
          "com.github.f4b6a3.tsid.",
          "com.github.yitter.",
          "com.xfvape.uid.",
          "me.ahoo.cosid.",
          "org.apache.seata.common.util.",
          "org.apache.shardingsphere.infra.algorithm.keygen.snowflake.",
          Peer.class.getName(),
          CosIdLease.class.getName());

  private static final ClassDesc DOOR = ClassDesc.of(PeerTime.class.getName());

  /** Calls that are redirected, and the method of {@link PeerTime} that answers. */
  private static final Map<String, String> REDIRECTED =
      Map.ofEntries(
          Map.entry("java/lang/System.currentTimeMillis()J", "currentTimeMillis"),
          Map.entry("java/lang/System.nanoTime()J", "nanoTime"),
          Map.entry("java/time/Instant.now()Ljava/time/Instant;", "now"),
          Map.entry("java/lang/Thread.sleep(J)V", "sleep"),
          Map.entry("java/lang/Thread.onSpinWait()V", "onSpinWait"),
          Map.entry("java/lang/Object.wait(J)V", "waitFor"),
          Map.entry("java/util/concurrent/TimeUnit.sleep(J)V", "sleep"),
          Map.entry(
              "java/util/concurrent/Executors.newSingleThreadScheduledExecutor"
                  + "(Ljava/util/concurrent/ThreadFactory;)"
                  + "Ljava/util/concurrent/ScheduledExecutorService;",
              "timer"),
          Map.entry(
              "java/util/concurrent/Executors.newFixedThreadPool"
                  + "(ILjava/util/concurrent/ThreadFactory;)"
                  + "Ljava/util/concurrent/ExecutorService;",
              "pool"));

  /** The clock of MyBatis-Plus is a cell that a timer sets: to read it is to look at the clock. */
  private static final String CELL_CLOCK = "com.baomidou.mybatisplus.core.toolkit.SystemClock";

  private static final String CELL_READ = "java/util/concurrent/atomic/AtomicLong.get()J";

  private final VirtualClock clock;

  PeerProcess(VirtualClock clock) {
    super(PeerProcess.class.getClassLoader());
    this.clock = clock;
  }

  /** Starts a peer in this process; it may be called by one thread. */
  LongSupplier start(Peer peer) {
    PeerTime.use(clock);
    try {
      Class<?> type = loadClass(Peer.class.getName());
      Object constant = type.getField(peer.name()).get(null);
      LongSupplier ids = (LongSupplier) type.getMethod("start").invoke(constant);
      return () -> {
        PeerTime.use(clock);
        return ids.getAsLong();
      };
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot start " + peer.title(), e);
    }
  }

  /** Starts CosId with a machine number from a table. */
  LongSupplier lease(MachineTable table, String instance) {
    PeerTime.use(clock);
    try {
      return (LongSupplier)
          loadClass(CosIdLease.class.getName())
              .getConstructor(MachineTable.class, String.class)
              .newInstance(table, instance);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot start CosId", e);
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      if (OWN.stream().noneMatch(prefix -> belongs(name, prefix))) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }
  }

  private static boolean belongs(String name, String prefix) {
    return prefix.endsWith(".")
        ? name.startsWith(prefix)
        : name.equals(prefix) || name.startsWith(prefix + "$");
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    try (InputStream published = getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (published == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] redirected = redirect(name, published.readAllBytes());
      return defineClass(name, redirected, 0, redirected.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  private static byte[] redirect(String name, byte[] published) {
    ClassFile file = ClassFile.of();
    return file.transformClass(
        file.parse(published),
        ClassTransform.transformingMethodBodies((code, element) -> redirect(name, code, element)));
  }

  private static void redirect(String name, CodeBuilder code, CodeElement element) {
    if (element instanceof InvokeInstruction call) {
      String called = call.name().stringValue() + call.type().stringValue();
      String target = target(name, call.owner().asInternalName() + "." + called);
      // An inherited Object.wait may be named by the class that inherits it.
      if (target == null && called.equals("wait(J)V")) {
        target = "waitFor";
      }
      if (target != null) {
        boolean isStatic = call.opcode() == Opcode.INVOKESTATIC;
        MethodTypeDesc type = call.typeSymbol();
        if (!isStatic) {
          ClassDesc receiver =
              called.equals("wait(J)V") ? ConstantDescs.CD_Object : call.owner().asSymbol();
          type = type.insertParameterTypes(0, receiver);
        }
        code.invokestatic(DOOR, target, type);
        return;
      }
    }
    if (element instanceof InvokeDynamicInstruction call) {
      ConstantDesc[] arguments =
          call.bootstrapArgs().stream()
              .map(argument -> redirectedHandle(name, argument))
              .toArray(ConstantDesc[]::new);
      if (!Arrays.asList(arguments).equals(call.bootstrapArgs())) {
        code.invokedynamic(
            DynamicCallSiteDesc.of(
                call.bootstrapMethod(), call.name().stringValue(), call.typeSymbol(), arguments));
        return;
      }
    }
    code.with(element);
  }

  /** As in {@code System::currentTimeMillis}. */
  private static ConstantDesc redirectedHandle(String name, ConstantDesc argument) {
    if (argument instanceof DirectMethodHandleDesc handle
        && handle.kind() == DirectMethodHandleDesc.Kind.STATIC) {
      String owner = handle.owner().descriptorString();
      String target =
          target(
              name,
              owner.substring(1, owner.length() - 1)
                  + "."
                  + handle.methodName()
                  + handle.lookupDescriptor());
      if (target != null) {
        return MethodHandleDesc.ofMethod(
            DirectMethodHandleDesc.Kind.STATIC, DOOR, target, handle.invocationType());
      }
    }
    return argument;
  }

  private static @Nullable String target(String name, String call) {
    return name.equals(CELL_CLOCK) && call.equals(CELL_READ) ? "get" : REDIRECTED.get(call);
  }
}
