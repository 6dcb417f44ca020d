#!/bin/sh
# For nodes of one role at a time: keepalived starts this and writes what happens into the fifo, one
# line each: GROUP|INSTANCE "NAME" STATE PRIORITY. In global_defs:
#   vrrp_notify_fifo /run/keepalived.fifo
#   vrrp_notify_fifo_script /etc/keepalived/notify-fifo.sh

# Only this counts; direct routing: 'INSTANCE "OUTSIDE"'.
counts='GROUP "LB"'

# When keepalived ends it sends this signal first and STOP after it; then the fifo ends.
trap '' TERM

while read -r kind name state _; do
  [ "$kind $name" = "$counts" ] || continue
  case $state in
    MASTER) /opt/ipvs-syncd/bin/ipvs-syncd promote ;;
    BACKUP | FAULT | STOP) /opt/ipvs-syncd/bin/ipvs-syncd demote ;;
  esac || logger -t ipvs-syncd "keepalived: $state was not done, see ipvs-syncd status"
done <"$1"
