import type { Scenario } from './context.ts';
import { delay, enginePids, measure } from './meter.ts';

/** 50 running containers, and one client of the host's socket who wants all their stats each second. */
export const stats: Scenario = async ({ fleet, quick, disposers, say }) => {
  const { host, size } = await fleet();
  const seconds = quick ? 4 : 20;
  const groups = [[host.pid], enginePids()];
  say(`measuring the engine without a viewer for ${seconds} s`);
  const quiet = await measure(groups, () => delay(seconds * 1000));
  let frames = 0;
  const viewer = await host.connect('/ws', (payload) => {
    if (payload.indexOf('{"event":"stats"') === 0) frames += 1;
  });
  disposers.add('viewer', () => viewer.close());
  await delay(2000);
  frames = 0;
  say(`watching the stats of ${size} containers for ${seconds} s`);
  const watched = await measure(groups, () => delay(seconds * 1000));
  const percent = (cpu: number | undefined, time: number): number => ((cpu ?? Number.NaN) / time) * 100;
  const engineBefore = percent(quiet.cpu[1], quiet.seconds);
  const engineNow = percent(watched.cpu[1], watched.seconds);
  return {
    title: `Stats: ${size} running containers each second, for one client of the host's socket`,
    figures: [
      {
        key: 'stats.cpu',
        what: 'CPU',
        unit: '% of a core',
        value: percent(watched.cpu[0], watched.seconds),
        target: { of: 'value', atMost: 2 },
      },
      { key: 'stats.engine', what: 'CPU of the engine', unit: '% of a core', value: engineNow },
      { key: 'stats.engine-quiet', what: '… without a viewer', unit: '% of a core', value: engineBefore },
      { key: 'stats.frames', what: 'frames sent', unit: 'a second', value: frames / watched.seconds },
    ],
    notes: ['A frame is sent only when a value has changed (S7); what sleeps changes little.'],
  };
};
