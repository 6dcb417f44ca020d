#!/bin/sh
# Process 1 of a guest: mounts, then becomes the agent. The kernel hands variables on from its command line: LAB_OUT (a
# folder of the host, read and written here as /mnt/out), LAB_RO (NAME=FOLDER,...: folders of the host that are read
# here as /mnt/NAME), LAB_MODULES (for the agent).
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp LC_ALL=C.UTF-8

mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
mkdir -p /dev/shm /dev/pts

# The folders of the host are mounted before /tmp is covered: they may lie there.
mount -t tmpfs tmpfs /mnt
mkdir /mnt/out
mount -t hostfs -o "$LAB_OUT" none /mnt/out
for pair in $(echo "$LAB_RO" | tr ',' ' '); do
  mkdir "/mnt/${pair%%=*}"
  mount -r -t hostfs -o "${pair#*=}" none "/mnt/${pair%%=*}"
done
for folder in /run /tmp /var/lib /var/log /var/tmp /dev/shm; do
  mount -t tmpfs tmpfs "$folder"
done
chmod 1777 /tmp /var/tmp
mkdir -p /run/netns /run/lock

ip link set lo up
exec python3 -I -S -B /mnt/out/lab/agent.py
