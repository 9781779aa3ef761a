# The two applications, each a target:
#   docker build --target api      -t usercenter-api .
#   docker build --target listener -t usercenter-listener .
# Needs BuildKit (the default since Docker 23; before: DOCKER_BUILDKIT=1).
ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-25
ARG RUNTIME_IMAGE=eclipse-temurin:25-jre

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY . .
# -Dquick: Error Prone, formatter and tests judge the code before a release, not while it is packed.
# The cache keeps the local repository between builds and out of the image.
RUN --mount=type=cache,target=/root/.m2/repository \
    mvn -B -ntp -Dquick -Dmaven.test.skip=true -pl usercenter-api,role-sync-listener -am package
# Layers by how often they change, so that a new version costs a registry only the last of them.
RUN set -e; for app in usercenter-api role-sync-listener; do \
      cp "$app"/target/"$app"-*.jar /tmp/app.jar; \
      java -Djarmode=tools -jar /tmp/app.jar extract --layers --destination "/out/$app"; \
    done

FROM ${RUNTIME_IMAGE} AS runtime
RUN groupadd --system --gid 10001 usercenter \
    && useradd --system --uid 10001 --gid 10001 --no-create-home --home-dir /app \
       --shell /usr/sbin/nologin usercenter
WORKDIR /app
COPY --chmod=755 deploy/healthcheck.sh /app/healthcheck.sh
# A container has its own loopback: who may reach a port is decided by what is published. The C library keeps
# memory in two places, not in eight for each processor.
ENV UC_BIND=0.0.0.0 LANG=C.UTF-8 MALLOC_ARENA_MAX=2
USER 10001:10001

FROM runtime AS listener
LABEL org.opencontainers.image.title="usercenter role-sync-listener" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV UC_LISTENER_PORT=8082
COPY --from=build /out/role-sync-listener/dependencies/ ./
COPY --from=build /out/role-sync-listener/spring-boot-loader/ ./
COPY --from=build /out/role-sync-listener/snapshot-dependencies/ ./
COPY --from=build /out/role-sync-listener/application/ ./
EXPOSE 8082
HEALTHCHECK --interval=5s --timeout=3s --start-period=300s --retries=3 \
    CMD ["bash", "-c", "exec /app/healthcheck.sh \"$UC_LISTENER_PORT\""]
# Names are asked again after 5 s (30 s is the default of the JVM, 10 s for one that is not there): a MySQL
# that comes back may have another address. It exits when it is out of memory, to be started again.
# The collector is the JVM's choice: the serial one below two processors or 1792 MB, whose pauses are the
# shorter ones there. What its compilers have freed goes back to the system every 30 s, and compiled code that
# only the start needed is let go, for which 64 MB is little enough; half of it is in use. More options:
# JDK_JAVA_OPTIONS.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=60", "-XX:+UseCompactObjectHeaders", "-XX:+ExitOnOutOfMemoryError", \
    "-XX:TrimNativeHeapInterval=30000", "-XX:ReservedCodeCacheSize=64m", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", \
    "-Dsun.net.inetaddr.ttl=5", "-Dsun.net.inetaddr.negative.ttl=1", "-Duser.timezone=UTC", "-jar", "app.jar"]

FROM runtime AS api
LABEL org.opencontainers.image.title="usercenter api" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV UC_INTERNAL_BIND=0.0.0.0 UC_PORT=8080 UC_INTERNAL_PORT=8081
COPY --from=build /out/usercenter-api/dependencies/ ./
COPY --from=build /out/usercenter-api/spring-boot-loader/ ./
COPY --from=build /out/usercenter-api/snapshot-dependencies/ ./
COPY --from=build /out/usercenter-api/application/ ./
# 8080 for players and game servers; 8081 for operators and metrics: never publish it to the world.
EXPOSE 8080 8081
HEALTHCHECK --interval=5s --timeout=3s --start-period=300s --retries=3 \
    CMD ["bash", "-c", "exec /app/healthcheck.sh \"$UC_INTERNAL_PORT\""]
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=60", "-XX:+UseCompactObjectHeaders", "-XX:+ExitOnOutOfMemoryError", \
    "-XX:TrimNativeHeapInterval=30000", "-XX:ReservedCodeCacheSize=64m", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", \
    "-Dsun.net.inetaddr.ttl=5", "-Dsun.net.inetaddr.negative.ttl=1", "-Duser.timezone=UTC", "-jar", "app.jar"]
