import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { pause } from '../lib/pause.ts';
import type { ProgramSignal } from './contract.ts';
import { type EngineClient, longCallLimitMs } from './engine-client.ts';

import { engineStatus } from './engine-errors.ts';

/**
 * Run in the container as `sh -c SCRIPT sh NUMBER WHEN PID…`. It walks the tree of the container's processes from the first one and sends
 * the signal to those that are meant by it:
 * - what catches it is responsible for what it started, so nothing below it is signalled;
 * - what doesn't, and has started something, would only die of it and take the rest along (`sh -c "java …"` with a
 *   shell that does not replace itself): it is passed over for what it started;
 * - what has started nothing gets it in any case.
 * For other signals than SIGTERM a shell that catches it may do so for itself alone, as bash does while it waits: it gets the
 * signal and its programs too, as by Ctrl+C.
 * A game in the background whose log is shown by `tail` (`game & tail -F log --pid=$!`) is told by SIGINT alone: tail, shells and with them the
 * container would end at once, before the game has saved. What a shell starts so ignores SIGINT; that gets SIGTERM. WHEN `behind`
 * asks for this case alone: in any other one nothing is sent.
 * The PIDs are those of an earlier round. While one of them lives nothing is sent, and they are printed again; when all have
 * ended and the container still runs (a script that starts its game anew), everything gets the signal. Only what every shell has
 * built in is used
 * (but for the two seconds in which a tail that is left alone shows the last of its log: simple ones look once a second). Prints each PID before it is signalled: the script ends with the container, which may be at once.
 */
const script = String.raw`
n=$1
when=$2
shift 2
cd /proc || exit 1
for p in [0-9]*; do
  c= pp= m= s= i=
  { while read -r k v _; do
    case $k in Name:) c=$v ;; State:) s=$v ;; PPid:) pp=$v ;; SigIgn:) i=$v ;; SigCgt:) m=$v ;; esac
  done < "$p/status"; } 2> /dev/null
  case $s in '' | Z) continue ;; esac
  eval "s_$p=1 c_$p=\$c m_$p=\$m i_$p=\$i k_$pp=\"\$k_$pp $p\""
done
all=
if [ $# -gt 0 ]; then
  all=1
  for p; do eval "[ -n \"\$s_$p\" ]" && all=; done
  if [ -z "$all" ]; then echo "$*"; exit 0; fi
fi
tails=0 games=0
count() {
  eval "set -- \"\$c_$1\" \$k_$1"
  if [ $# = 1 ]; then
    if [ "$1" = tail ]; then tails=$((tails + 1)); else games=$((games + 1)); fi
  fi
  shift
  for kid; do count "$kid"; done
}
send() { kill -0 "$1" 2> /dev/null && echo "$1" && kill -"$2" "$1" 2> /dev/null; }
walk() {
  eval "set -- $1 \"\$c_$1\" \"\$m_$1\" \"\$i_$1\" \$k_$1"
  p=$1 c=$2 m=${'$'}{3#????????} i=${'$'}{4#????????} g=$n
  shift 4
  if [ -n "$behind$all" ] && [ "$n" = 2 ] && [ $(((0x0$i >> 1) & 1)) = 1 ]; then g=15; fi
  caught=$(((0x0$m >> (g - 1)) & 1))
  own=1
  [ "$g" = 15 ] || case $c in sh | dash | ash | bash | busybox | ksh | mksh | zsh) own= ;; esac
  to=
  if [ -n "$all" ] || [ $# = 0 ]; then to=1; fi
  if [ "$caught" = 1 ] && [ -z "$behind" -o -n "$own" ]; then to=1; fi
  if [ -n "$behind" ] && [ "$c" = tail ]; then to=; fi
  if [ -n "$to" ]; then send "$p" "$g"; fi
  if [ -z "$all" ] && [ "$caught" = 1 ] && [ -n "$own" ]; then return; fi
  for kid; do walk "$kid"; done
}
case $c_1 in docker-init | tini | catatonit | podman-init) set -- $k_1 ;; *) set -- 1 ;; esac
behind=
if [ "$n" = 2 ]; then
  for kid; do count "$kid"; done
  if [ -z "$all" ] && [ $tails -gt 0 ] && [ $games -gt 0 ]; then behind=1; fi
  if [ -n "$all" ] && [ $tails -gt 0 ] && [ $games = 0 ]; then sleep 2 2> /dev/null; fi
fi
if [ "$when" = behind ] && [ -z "$behind$all" ]; then exit 0; fi
for kid; do walk "$kid"; done
exit 0
`;

/** Linux's, whatever this machine is. The mask that the script looks at has the first 32. */
const numbers: ReadonlyMap<string, number> = new Map([
  ['SIGHUP', 1],
  ['SIGINT', 2],
  ['SIGQUIT', 3],
  ['SIGUSR1', 10],
  ['SIGUSR2', 12],
  ['SIGTERM', 15],
]);

/** Of a script that was killed: the container's end takes it along. */
const killedCode = 137;

const inspectSchema = z.object({ ExitCode: z.number().nullable(), Running: z.boolean() });
/** Longest answer that is read, in characters: a PID limit of 512 is far below. */
const maxAnswer = 16 * 1024;
/** Between two looks whether the engine has noted its end, in ms; the call's limit ends them. */
const lookMs = 20;

/** See `Engine.signalPrograms`. */
export function signalPrograms(
  client: EngineClient,
  id: string,
  { signal, earlier, onlyBehind = false }: ProgramSignal,
): Promise<number[] | null> {
  const number = numbers.get(signal);
  if (number === undefined) return Promise.resolve(null);
  const command = [
    '/bin/sh',
    '-c',
    script,
    'sh',
    String(number),
    onlyBehind ? 'behind' : 'any',
    ...earlier.map(String),
  ];
  return client.call(
    `send ${signal} to the programs of container ${id}`,
    async (docker, abortSignal) => {
      try {
        const exec = await docker
          .getContainer(id)
          .exec({ Cmd: command, AttachStdout: true, AttachStderr: false, Tty: true, abortSignal });
        const stream = await exec.start({ Tty: true, hijack: true, stdin: false, abortSignal });
        const answer = (await text(stream)).slice(0, maxAnswer);
        let state = inspectSchema.parse(await exec.inspect({ abortSignal }));
        // Its output ends before the engine has noted that it ended: on a busy machine one can look in between.
        while (state.Running) {
          await pause(lookMs, { signal: abortSignal });
          state = inspectSchema.parse(await exec.inspect({ abortSignal }));
        }
        const sent = [...answer.matchAll(/\d+/g)].map(([pid]) => Number(pid));
        const { ExitCode } = state;
        const isDone = ExitCode === 0 || ExitCode === killedCode;
        return isDone && sent.length > 0 ? sent : null;
      } catch (error) {
        // No shell there, no process more allowed, ended meanwhile: whoever asks has another way.
        if (engineStatus(error) !== null && !abortSignal.aborted) return null;
        throw error;
      }
    },
    longCallLimitMs,
  );
}
