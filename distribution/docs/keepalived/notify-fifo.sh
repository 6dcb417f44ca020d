#!/bin/sh
# For nodes of one role at a time: keepalived starts this and writes what happens into the fifo, one
# line each: GROUP|INSTANCE "NAME" STATE PRIORITY. Here only group LB counts (direct routing:
# INSTANCE "OUTSIDE"). In global_defs:
#   vrrp_notify_fifo /run/keepalived.fifo
#   vrrp_notify_fifo_script /etc/keepalived/notify-fifo.sh

while read -r kind name state _; do
  case $kind-$name-$state in
    'GROUP-"LB"-MASTER') /opt/ipvs-syncd/bin/ipvs-syncd promote ;;
    'GROUP-"LB"-BACKUP' | 'GROUP-"LB"-FAULT') /opt/ipvs-syncd/bin/ipvs-syncd demote ;;
  esac || logger -t ipvs-syncd "keepalived: $state was not done, see ipvs-syncd status"
done <"$1"
