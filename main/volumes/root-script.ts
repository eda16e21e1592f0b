/**
 * What root does in the helper's container, run as `sh -c SCRIPT sh ACTION UID GID …`; UID and GID are the host's user as the container
 * sees it, paths are from the volume's root:
 * - `open (BITS one|deep PATH)…`: lets the host's group in, without taking anything from the owner. What isn't there is passed over.
 * - `take PATH…`: the host's user owns these alone.
 * - `give PATH…`: what is the host's in them goes to the owner of the volume's root.
 * - `all`: everything is the host's user's, who may read, write and enter all of it.
 * Links are changed themselves, never what they point to; only a folder that a path names is entered by way of one.
 */
export const rootScript = `
cd /home/container || exit 9
act=$1 uid=$2 gid=$3 code=0
shift 3
case $act in
open)
  while [ $# -ge 3 ]; do
    bits=$1 deep= p=./$3
    [ "$2" = deep ] && deep=-R
    shift 3
    [ -e "$p" ] || continue
    [ -d "$p" ] && p=$p/.
    chgrp $deep "$gid" "$p" && chmod $deep "g+$bits" "$p" || code=$?
  done
  ;;
take)
  for p; do
    [ -e "./$p" ] && [ ! -L "./$p" ] || continue
    chown "$uid" "./$p" || code=$?
  done
  ;;
give)
  owner=$(ls -ldn . | { read -r _ _ o _; echo "$o"; })
  [ "$owner" = "$uid" ] && exit 0
  for p; do
    [ -e "./$p" ] || [ -L "./$p" ] || continue
    if command -v find > /dev/null; then find "./$p" -user "$uid" -exec chown -h "$owner" {} + || code=$?
    else chown -hR "$owner" "./$p" || code=$?
    fi
  done
  ;;
all)
  chown -hR "$uid:$gid" . && chmod -R u+rwX . || code=$?
  ;;
esac
exit $code
`;
