import { ending, type Program, untilSignal } from '../../support/fake-process.ts';

/** One program in two forms: for a shell in a container, and for the fake engine. */
interface ContractProgram {
  shell: string;
  script: Program;
}

const longLine = 'x'.repeat(40_000);
const exactLine = 'y'.repeat(16_384);
const unended = 'z'.repeat(20_000);

export const programs = {
  sleep: { shell: 'sleep 600', script: untilSignal },
  greet: {
    shell: 'echo hello; exit 3',
    script: ending(3, 'hello'),
  },
  'both streams': {
    shell: 'echo out; echo err >&2',
    script({ print, printError }) {
      print('out\n');
      printError('err\n');
      return 0;
    },
  },
  echo: {
    shell: 'echo first; while read -r line; do echo "got $line"; [ "$line" = end ] && break; done; echo last',
    async script({ print, readLine }) {
      print('first\n');
      for (let line = ''; line !== 'end'; ) {
        line = await readLine();
        print(`got ${line}\n`);
      }
      print('last\n');
      return 0;
    },
  },
  trap: {
    shell: `trap 'echo caught; exit 7' TERM; trap 'echo usr1' USR1; echo ready; while :; do sleep 0.05; done`,
    script({ print, onSignal, exit }) {
      onSignal('SIGTERM', () => {
        print('caught\n');
        exit(7);
      });
      onSignal('SIGUSR1', () => print('usr1\n'));
      print('ready\n');
      return untilSignal();
    },
  },
  unmoved: {
    shell: `trap 'echo heard' TERM; echo ready; while :; do sleep 0.05; done`,
    script({ print, onSignal }) {
      onSignal('SIGTERM', () => print('heard\n'));
      print('ready\n');
      return untilSignal();
    },
  },
  'heeds Ctrl+C': {
    shell: `trap 'echo caught; exit 7' INT; echo ready; while :; do sleep 0.05; done`,
    script({ print, onSignal, exit }) {
      onSignal('SIGINT', () => {
        print('caught\n');
        exit(7);
      });
      print('ready\n');
      return untilSignal();
    },
  },
  'single keys': {
    shell: `stty raw -echo; trap 'echo caught; exit 7' INT; echo ready; k=$(dd bs=1 count=1 2> /dev/null | od -An -tx1); echo "key$k"; sleep 600`,
    async script({ print, rawMode, onSignal, exit, readKey }) {
      rawMode();
      onSignal('SIGINT', () => exit(7));
      print('ready\n');
      const key = await readKey();
      print(`key ${key.toString('hex')}\n`);
      return untilSignal();
    },
  },
  five: {
    shell: 'for i in 1 2 3 4 5; do echo line $i; sleep 0.02; done',
    async script({ print, sleep }) {
      for (const i of [1, 2, 3, 4, 5]) {
        print(`line ${i}\n`);
        await sleep(20);
      }
      return 0;
    },
  },
  long: {
    shell: "head -c 40000 /dev/zero | tr '\\0' x; echo; head -c 16384 /dev/zero | tr '\\0' y; echo; echo end",
    script: ending(0, longLine, exactLine, 'end'),
  },
  prompt: {
    shell: 'echo before; printf "name? "; read -r name; echo "hello $name"; sleep 600',
    async script({ print, readLine }) {
      print('before\n');
      print('name? ');
      print(`hello ${await readLine()}\n`);
      return untilSignal();
    },
  },
  'long prompt': {
    shell: "head -c 20000 /dev/zero | tr '\\0' z; sleep 600",
    script({ print }) {
      print(unended);
      return untilSignal();
    },
  },
  unended: {
    shell: 'echo line; printf "no end"',
    script({ print }) {
      print('line\n');
      print('no end');
      return 0;
    },
  },
  'line lengths': {
    shell: 'echo first; while read -r line; do echo "length $(printf %s "$line" | wc -c)"; done',
    async script({ print, readLine }) {
      print('first\n');
      for (;;) print(`length ${(await readLine()).length}\n`);
    },
  },
  'terminal size': {
    shell: 'echo first; while read -r line; do stty size; done',
    async script({ print, readLine, size }) {
      print('first\n');
      for (;;) {
        await readLine();
        print(`${size()}\n`);
      }
    },
  },
  'no text': {
    shell: "printf '\\304\\343\\272\\303 \\343\\202x \\360\\237\\230\\n\\303\\251\\n'",
    script({ print }) {
      print(Buffer.from('c4e3bac320e3827820f09f980ac3a90a', 'hex'));
      return 0;
    },
  },
  flood: {
    shell: 'i=0; while [ $i -lt 2000 ]; do echo "number $i"; i=$((i+1)); done',
    script({ print }) {
      for (let i = 0; i < 2000; i += 1) print(`number ${i}\n`);
      return 0;
    },
  },
  'read once': {
    shell: 'echo one; read -r line; echo "two $line"',
    async script({ print, readLine }) {
      print('one\n');
      print(`two ${await readLine()}\n`);
      return 0;
    },
  },
  'out of memory': {
    // Not at once: the engine watches a container's memory only from a moment after its start.
    shell: 'sleep 2; exec tail /dev/zero',
    script({ runOutOfMemory }) {
      runOutOfMemory();
      return 0;
    },
  },
} satisfies Record<string, ContractProgram>;

export type ProgramName = keyof typeof programs;
