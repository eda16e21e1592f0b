import { SegmentedControl, Stack } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useState } from 'react';
import { useStore } from 'zustand';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { bytes, percent, perSecond } from '../../../ui/format.ts';
import { useNow } from '../../../ui/use-now.ts';
import { useServer } from '../server-context.ts';
import { accent, byteRate, FigureChart, second } from './figure-chart.tsx';
import { isRange, type Range, ranges } from './history.ts';
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

function LiveFigures({ server }: { server: ServerSummary }) {
  const store = useServer();
  const stats = useStore(store.store, (view) => view.stats);
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
