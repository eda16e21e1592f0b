import type { Scenario } from './context.ts';
import { delay, enginePids, measure, memory } from './meter.ts';

/** 50 running containers and nobody looking. */
export const idle: Scenario = async ({ fleet, quick, say }) => {
  const { host, size } = await fleet();
  const seconds = quick ? 4 : 20;
  say(`watching an idle host for ${seconds} s`);
  const load = await measure([[host.pid], enginePids()], () => delay(seconds * 1000));
  const [own = Number.NaN, engine = Number.NaN] = load.cpu.map((cpu) => (cpu / load.seconds) * 100);
  const { residentMb } = memory(host.pid);
  return {
    title: `Idle: ${size} running containers, no viewer`,
    figures: [
      { key: 'idle.cpu', what: 'CPU', unit: '% of a core', value: own, target: { of: 'value', atMost: 1 } },
      {
        key: 'idle.memory',
        what: 'resident memory',
        unit: 'MB',
        value: residentMb,
        target: { of: 'value', atMost: 110 },
      },
      { key: 'idle.engine', what: 'CPU of the engine meanwhile', unit: '% of a core', value: engine },
    ],
    notes: [
      `Over ${seconds} s; the host was restarted after the servers had been made, so it had adopted them.`,
    ],
  };
};
