import { errorText } from '../../../shared/error-text.ts';
import type { ImageFacts } from '../../docker/contract.ts';
import { runsAs, stepDownPrograms } from '../container/runs-as.ts';
import { hostUserCheckSpec } from '../container/spec.ts';
import { type RunOnceOptions, runOnce } from './run-once.ts';

/** What the script below ends with. */
const codes = { stepsDown: 20, notPermitted: 21 } as const;

/**
 * Run as the host's user: looks at the file that the startup command begins with. A script that steps down to a user without asking
 * who it is already needs root; one that this user may not read or run says so. What isn't found (it comes with the install) is no
 * reason against anything. Only what every shell has built in is used, and `grep` where it is there.
 */
export const hostUserCheck = String.raw`
f=$(command -v "$LIGHTDECK_PROGRAM") || f=$LIGHTDECK_PROGRAM
case $f in /*) ;; *) exit 0 ;; esac
d=$f
while [ -n "$d" ]; do d=\${d%/*}; [ -z "$d" ] || [ ! -d "$d" ] || [ -x "$d" ] || exit ${codes.notPermitted}; done
[ -e "$f" ] || exit 0
[ -x "$f" ] || exit ${codes.notPermitted}
{ read -r first < "$f"; } 2> /dev/null
case $first in '#!'*) ;; *) exit 0 ;; esac
[ -r "$f" ] || exit ${codes.notPermitted}
grep -Eq '(^|[[:space:];&|(/])(${stepDownPrograms.join('|')})[[:space:]]' "$f" 2> /dev/null || exit 0
grep -Eq 'id -u|EUID|UID|whoami' "$f" 2> /dev/null && exit 0
exit ${codes.stepsDown}
`.replaceAll('\\${', '${');

/** The program that a command begins with, where that is plain to see; else null. */
export function programOf(command: string): string | null {
  return /^\s*(?:exec\s+)?([\w./+-]+)(?=\s|;|$)/.exec(command)?.[1] ?? null;
}

/**
 * A19: why an image can't run a server as the host's user, in words that follow «because»; null: it can, as far as can be seen. Only
 * asked where it would. Rejects only with the signal's reason.
 */
export async function hostUserProblem(
  options: RunOnceOptions,
  image: ImageFacts | null,
): Promise<string | null> {
  const { definition, context, signal, log } = options;
  const program = programOf(definition.startup_command);
  const asked = { ...definition, host_user_problem: null };
  if (context.hostUser === null || program === null || runsAs(asked, context.hostUser).mode !== 'host')
    return null;
  try {
    const { code } = await runOnce(
      options,
      hostUserCheckSpec(definition, hostUserCheck, { program, context, image }),
    );
    if (code === codes.stepsDown)
      return `its start script ${program} steps down to a user of its own, which only root can do`;
    if (code === codes.notPermitted) return `the image lets only a user of its own read and run ${program}`;
  } catch (error) {
    signal.throwIfAborted();
    log.warn({ error: errorText(error) }, 'whether an image can run as the host’s user could not be seen');
  }
  return null;
}
