import { SegmentedControl, Stack } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { containerStats } from '../../../../shared/http/usage.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { api } from '../../../link/api.ts';
import type { ServerStore } from '../../../state/server-store.ts';
import { bytes, percent, perSecond } from '../../../ui/format.ts';
import { useNow } from '../../../ui/use-now.ts';
import { useServer } from '../server-context.ts';
import { accent, byteRate, FigureChart, second } from './figure-chart.tsx';
import { goToOffset } from './go-to-offset.ts';
import { historyOf, isRange, type Range, ranges } from './history.ts';
import { KeptFigures } from './kept-figures.tsx';
import { timeMarksOf } from './run-borders.ts';
import { strings } from './strings.ts';
import type { TerminalView } from './terminal-view.ts';
import { useRuns } from './use-runs.ts';

/** What a chart has around its lines, in pixels: its scale and its padding. */
const besideLines = 80;

interface FiguresProps {
  server: ServerSummary;
  /** Null: not yet. */
  view: TerminalView | null;
}

/** Four charts beside the console: the last minutes as they come, or what the host has kept. */
export function Figures({ server, view }: FiguresProps) {
  const store = useServer();
  const runs = useRuns(server.internal_id);
  const marks = useMemo(() => timeMarksOf(runs), [runs]);
  // A spike leads to what the console said then.
  const pick = (at: number): void => {
    const offset = store.offsetAt(at);
    if (!view) return;
    if (offset === null) notifications.show({ message: strings.spikeUnknown });
    else void goToOffset(store, view, offset);
  };
  const [range, setRange] = useState<Range>('live');
  const { ref, width } = useElementSize();
  return (
    <Stack
      component="section"
      gap={8}
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
        <LiveFigures server={server} marks={marks} onPick={pick} />
      ) : (
        <KeptFigures server={server} range={range} width={width - besideLines} marks={marks} />
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

interface LiveFiguresProps {
  server: ServerSummary;
  marks: ReturnType<typeof timeMarksOf>;
  onPick: (at: number) => void;
}

function LiveFigures({ server, ...shared }: LiveFiguresProps) {
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
        least={1}
        limit={server.limits.cpu === null ? null : server.limits.cpu * 100}
        {...shared}
      />
      <FigureChart
        title={strings.memory}
        value={stats ? bytes(stats.memory_usage) : '–'}
        lines={[{ label: strings.memory, series: figures.memory, color: accent }]}
        format={bytes}
        least={16 * 1024 * 1024}
        limit={server.limits.memory}
        {...shared}
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
        {...shared}
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
        {...shared}
      />
    </>
  );
}
