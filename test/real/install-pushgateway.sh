#!/bin/sh
# Prints the path of prometheus-pushgateway; unpacks Debian's where it is missing.
exec sh "$(dirname "$0")/debian-program.sh" prometheus-pushgateway prometheus-pushgateway
