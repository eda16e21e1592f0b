import { SegmentedControl, Stack } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { containerStats } from '../../../../shared/http/usage.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { api } from '../../../link/api.ts';
import type { ServerStore } from '../../../state/server-store.ts';
import { bytes, percent, perSecond } from '../../../ui/format.ts';
import { useNow } from '../../../ui/use-now.ts';
import { useServer } from '../server-context.ts';
import { accent, byteRate, FigureChart, second } from './figure-chart.tsx';
import { historyOf, isRange, type Range, ranges } from './history.ts';
import { KeptFigures } from './kept-figures.tsx';
import { strings } from './strings.ts';

/** What a chart has around its lines, in pixels: its scale and its padding. */
const besideLines = 80;

/** Four charts beside the console: the last minutes as they come, or what the host has kept. */
export function Figures({ server }: { server: ServerSummary }) {
  const [range, setRange] = useState<Range>('live');
  const { ref, width } = useElementSize();
  return (
    <Stack
      component="section"
      gap="sm"
      className="console-figures"
      aria-label={strings.figures}
      // It scrolls, so the keyboard must be able to reach it.
      tabIndex={0}
    >
      <SegmentedControl
        ref={ref}
        size="xs"
        fullWidth
        aria-label={strings.range}
        value={range}
        onChange={(value) => setRange(isRange(value) ? value : 'live')}
        data={ranges.map((value) => ({ value, label: strings.ranges[value] }))}
        style={{ gridColumn: '1 / -1' }}
      />
      {range === 'live' ? (
        <LiveFigures server={server} />
      ) : (
        <KeptFigures server={server} range={range} width={width - besideLines} />
      )}
    </Stack>
  );
}

/** What the host has kept of the last ten minutes, in seconds. */
const keptSpan = 600;
const keptStep = 60;

/** Once for each opened server: charts don't begin empty where the host knows what was before. */
function useKeptMinutes(store: ServerStore): void {
  const kept = useQuery({
    queryKey: ['stats', store.id, 'before'],
    queryFn: async ({ signal }) => {
      const to = Math.floor(Date.now() / 1000);
      const query = { from: String(to - keptSpan), to: String(to), step: String(keptStep) };
      return api.call(containerStats, { params: { id: store.id }, query, signal });
    },
    retry: false,
    gcTime: 0,
  });
  useEffect(() => {
    if (kept.data) store.seedFigures(historyOf(kept.data.points, kept.data));
  }, [store, kept.data]);
}

function LiveFigures({ server }: { server: ServerSummary }) {
  const store = useServer();
  const stats = useStore(store.store, (view) => view.stats);
  useKeptMinutes(store);
  // The rates are worked out by the store each second.
  useNow();
  const { figures } = store;
  const pair = (a: number | null, b: number | null): string => `${perSecond(a)} · ${perSecond(b)}`;
  return (
    <>
      <FigureChart
        title={strings.cpu}
        value={stats ? percent(stats.cpu_usage) : '–'}
        lines={[{ label: strings.cpu, series: figures.cpu, color: accent }]}
        format={percent}
        least={100}
        limit={server.limits.cpu === null ? null : server.limits.cpu * 100}
      />
      <FigureChart
        title={strings.memory}
        value={stats ? bytes(stats.memory_usage) : '–'}
        lines={[{ label: strings.memory, series: figures.memory, color: accent }]}
        format={bytes}
        least={16 * 1024 * 1024}
        limit={server.limits.memory}
      />
      <FigureChart
        title={strings.network}
        value={pair(figures.networkIn.last, figures.networkOut.last)}
        lines={[
          { label: strings.in, series: figures.networkIn, color: accent },
          { label: strings.out, series: figures.networkOut, color: second },
        ]}
        format={byteRate}
        least={1024}
      />
      <FigureChart
        title={strings.disk}
        value={pair(figures.diskRead.last, figures.diskWrite.last)}
        lines={[
          { label: strings.read, series: figures.diskRead, color: accent },
          { label: strings.write, series: figures.diskWrite, color: second },
        ]}
        format={byteRate}
        least={1024}
      />
    </>
  );
}
