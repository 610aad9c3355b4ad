#!/bin/sh
# What GCC's -wrapper runs instead of collect2, with collect2's arguments: lld, for this GCC knows its linker by an absolute path and
# takes no notice of -fuse-ld and -B.
case $1 in
  */collect2) shift && exec ld.lld "$@" ;;
  *) exec "$@" ;;
esac
