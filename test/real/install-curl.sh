#!/bin/sh
# Prints the path of curl; unpacks Debian's where it is missing.
exec sh "$(dirname "$0")/debian-program.sh" curl curl
