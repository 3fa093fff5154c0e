#!/bin/sh
# Prints the path of pgbouncer; unpacks Debian's where it is missing.
exec sh "$(dirname "$0")/debian-program.sh" pgbouncer pgbouncer
