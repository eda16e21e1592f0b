import type { Scenario } from './context.ts';
import { BenchHost, type StartTimes } from './host.ts';
import { median } from './meter.ts';
import type { Figure } from './report.ts';

/** From the start of the process to the first socket that it accepts. */
export const start: Scenario = async ({ setup, disposers, fleet, quick, say }) => {
  const rounds = quick ? 2 : 5;
  say(`starting ${rounds} times on an empty data folder`);
  const empty: StartTimes[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const host = await BenchHost.prepare(setup, disposers);
    empty.push(await host.start());
    await host.stop();
  }
  const { host, size } = await fleet();
  say(`starting ${rounds} times with ${size} servers`);
  const full: StartTimes[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await host.stop();
    full.push(await host.start());
  }
  return {
    title: 'Start: from the process to the first accepted socket',
    figures: [
      ...figures('empty', 'empty data folder', empty),
      ...figures('full', `${size} running servers`, full),
    ],
    notes: [`Medians of ${rounds}; Node itself is in them.`],
  };
};

function figures(key: string, what: string, times: StartTimes[]): Figure[] {
  const socket = median(times.map((time) => time.socket));
  const ready = median(times.map((time) => time.ready));
  return [
    { key: `start.${key}`, what, unit: 'ms', value: socket, target: { of: 'value', atMost: 500 } },
    { key: `start.${key}.ready`, what: '… until it says that it is ready', unit: 'ms', value: ready },
  ];
}
