// Measures a built host with real containers and prints what it costs. See scripts/bench.mjs for how it is started.
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { backup } from './backup.ts';
import { compareWith, describeMachine, loadBaseline, saveBaseline } from './baseline.ts';
import { catchUp } from './catch-up.ts';
import type { Context, Scenario } from './context.ts';
import { desktop } from './desktop.ts';
import { Disposers } from './disposers.ts';
import { Engine } from './engine.ts';
import { fanOut } from './fan-out.ts';
import { files } from './files.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { flood } from './flood.ts';
import { idle } from './idle.ts';
import { latency } from './latency.ts';
import { page } from './page.ts';
import { type Figure, formatChapter, isMet } from './report.ts';
import { start } from './start.ts';
import { stats } from './stats.ts';
import { usage } from './usage.ts';

const scenarios: Record<string, Scenario> = {
  flood,
  latency,
  'fan-out': fanOut,
  'catch-up': catchUp,
  idle,
  stats,
  usage,
  start,
  files,
  backup,
  page,
  desktop,
};
const image = '127.0.0.1:9/lightdeck-test/busybox:1';
const fleetSize = { full: 50, quick: 5 };

const help = `npm run bench -- [options]
  --only NAME      one of ${Object.keys(scenarios).join(', ')}; may be given several times
  --case TEXT      of catch-up: only what has this in its name, such as 10x20000 or 1x5000.killed; may be given several times
  --files N        of backup: so many files of 512 KiB, instead of 20,000
  --quick          small sizes: whether it works, not how fast it is
  --save           write bench/baseline.json
  --profile DIR    CPU profiles of the host's processes
  --host-entry FILE  a built headless.js instead of dist/main/headless.js
`;

const options = {
  only: { type: 'string', multiple: true },
  case: { type: 'string', multiple: true },
  files: { type: 'string' },
  quick: { type: 'boolean', default: false },
  save: { type: 'boolean', default: false },
  profile: { type: 'string' },
  'host-entry': { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

class BenchRun {
  private readonly root: string;
  private readonly disposers = new Disposers();
  private current = new Disposers();
  private fleet: Promise<Fleet> | null = null;

  constructor(root: string) {
    this.root = root;
  }

  async run(argv: string[]): Promise<number> {
    const { values } = parseArgs({ args: argv, options });
    if (values.help) {
      process.stdout.write(help);
      return 0;
    }
    const names = values.only ?? Object.keys(scenarios);
    const unknown = names.find((name) => !scenarios[name]);
    if (unknown !== undefined) throw new Error(`There is no scenario ${unknown}.\n${help}`);
    if (values.save && (values.quick || values.files !== undefined))
      throw new Error('A small run is no baseline: leave --quick, --files or --save out.');
    const socketPath = engineSocket();
    const engine = new Engine(socketPath);
    const machine = describeMachine(await engine.version());
    if (!(await engine.hasImage(image)))
      throw new Error(`The image ${image} is missing; npm run bench makes it.`);
    const baselinePath = join(this.root, 'bench/baseline.json');
    const comparison = compareWith(await loadBaseline(baselinePath), machine);
    const setup = {
      engine,
      entry: resolve(values['host-entry'] ?? join(this.root, 'dist/main/headless.js')),
      image,
      profileDir: values.profile === undefined ? null : resolve(values.profile),
    };
    const { quick } = values;
    const fileCount = values.files === undefined ? null : Number(values.files);
    if (fileCount !== null && !(Number.isInteger(fileCount) && fileCount >= 100))
      throw new Error('--files wants a number from 100 on.');
    print(
      `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB; kernel ${machine.kernel}, Node ${machine.node}, Docker ${machine.engine}`,
    );
    print(
      `Load before: ${loadavg()[0]?.toFixed(2)}${comparison.sameMachine ? '' : '. The baseline is of another machine (or missing): only ratios are compared.'}\n`,
    );
    const figures: Figure[] = [];
    for (const name of names) {
      const scenario = scenarios[name];
      if (!scenario) continue;
      this.current = new Disposers();
      const chapter = await this.measured(scenario, {
        engine,
        socketPath,
        setup,
        disposers: this.current,
        quick,
        files: fileCount,
        cases: values.case ?? [],
        fleet: () => this.provideFleet(setup, quick ? fleetSize.quick : fleetSize.full),
        say,
      });
      figures.push(...chapter.figures);
      print(`${formatChapter(chapter, comparison)}\n`);
    }
    const missed = figures.filter((figure) => isMet(figure) === false).length;
    const met = figures.filter((figure) => isMet(figure) === true).length;
    print(`${met} targets met, ${missed} missed${quick ? ' (a quick run says little)' : ''}.`);
    if (values.save) {
      await saveBaseline(baselinePath, machine, figures);
      print(`Saved as ${baselinePath}.`);
    }
    return 0;
  }

  private async measured(scenario: Scenario, context: Context): ReturnType<Scenario> {
    try {
      return await scenario(context);
    } finally {
      tell(await context.disposers.run());
    }
  }

  private provideFleet(setup: Context['setup'], size: number): Promise<Fleet> {
    if (!this.fleet) {
      say(`making ${size} servers`);
      this.fleet = startFleet(setup, this.disposers, size);
    }
    return this.fleet;
  }

  /** Removes all that was made; may be called at any time. */
  async cleanUp(): Promise<void> {
    tell(await this.current.run());
    tell(await this.disposers.run());
  }
}

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

function tell(failures: string[]): void {
  for (const failure of failures) say(`could not be undone: ${failure}`);
}

function engineSocket(): string {
  const host = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
  if (!host.startsWith('unix://'))
    throw new Error(`The benchmarks need an engine on a unix socket, not ${host}.`);
  return host.slice('unix://'.length);
}

// The bundle lies in .cache/bench/PID.
const bench = new BenchRun(resolve(import.meta.dirname, '../../..'));
let ending = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (ending) return;
    ending = true;
    say('stopping: removing what was made');
    bench.cleanUp().finally(() => process.exit(130));
  });
}

bench
  .run(process.argv.slice(2))
  .catch((error: unknown) => {
    if (!ending) say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  })
  .then(async (code) => {
    if (ending) return;
    ending = true;
    await bench.cleanUp();
    process.exit(code);
  });
