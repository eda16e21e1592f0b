import type { OnEnd } from './cleanup.ts';
import { busyboxName, debianName, imageLike } from './images.ts';

/** Sets the user that images of eggs have, and their way to start: in the volume, what `STARTUP` says with the variables put in. */
const user = `
echo 'container:x:988:988::/home/container:/bin/sh' >> /etc/passwd
echo 'container:x:988:' >> /etc/group
mkdir -p /home/container && chown 988:988 /home/container
`;
const entrypoint = (evaluate: string, before = ''): string => String.raw`
cat > /entrypoint.sh <<'END'
cd /home/container
${before}
PARSED=$(echo "$STARTUP" | sed -e 's/{{/\${/g' -e 's/}}/}/g')
echo ":/home/container\$ $PARSED"
${evaluate}
END`;

/** The forms in which public images of eggs start what they are told (written anew from what is known of them). */
export const eggImageKinds = {
  /** An init that signals the whole group, and a command in quotes. */
  tini: {
    from: debianName,
    script: entrypoint('eval "$PARSED"'),
    command: ['ENTRYPOINT ["/sbin/docker-init", "-g", "--"]', 'CMD ["/bin/bash", "/entrypoint.sh"]'],
  },
  /** No init, and a command that the shell splits. */
  bash: {
    from: debianName,
    script: entrypoint('eval $PARSED'),
    command: ['CMD ["/bin/bash", "/entrypoint.sh"]'],
  },
  ash: {
    from: busyboxName,
    script: entrypoint('eval $PARSED'),
    command: ['CMD ["/bin/ash", "/entrypoint.sh"]'],
  },
  /** One that fetches the newest version of its game at each start. */
  updates: {
    from: debianName,
    script: entrypoint('eval "$PARSED"', 'echo updating; sleep 0.2; echo updated'),
    command: ['CMD ["/bin/bash", "/entrypoint.sh"]'],
  },
} as const;

export type EggImageKind = keyof typeof eggImageKinds;

/** An image of one of these forms; it is removed at the end. */
export function eggImage(onEnd: OnEnd, kind: EggImageKind): Promise<string> {
  const { from, script, command } = eggImageKinds[kind];
  return imageLike(onEnd, `egg-${kind}`, {
    from,
    script: `${user}${script}`,
    changes: [...command, 'USER container', 'WORKDIR /home/container'],
  });
}
