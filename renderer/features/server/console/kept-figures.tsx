import { ActionIcon, Alert, Button, Group, Text, Tooltip } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { containerStats } from '../../../../shared/http/usage.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { api } from '../../../link/api.ts';
import { bytes, moment, percent } from '../../../ui/format.ts';
import { accent, byteRate, FigureChart, second } from './figure-chart.tsx';
import { historyOf, type KeptRange, spans, stepFor, totalsOf } from './history.ts';
import { strings } from './strings.ts';

interface KeptFiguresProps {
  server: ServerSummary;
  range: KeptRange;
  /** Of a chart, in pixels. */
  width: number;
  marks: readonly { at: number; isCrash: boolean }[];
}

/** The charts of what the host has kept. They stand still: the newest is asked for by a click, and said to be from when. */
export function KeptFigures({ server, range, width, marks }: KeptFiguresProps) {
  const id = server.internal_id;
  const step = stepFor(range, width);
  const query = useQuery({
    queryKey: ['stats', id, range, step],
    queryFn: async ({ signal }) => {
      const to = Math.floor(Date.now() / 1000) + 1;
      const asked = { from: String(to - spans[range]), to: String(to), step: String(step) };
      const reply = await api.call(containerStats, { params: { id }, query: asked, signal });
      return { ...reply, lines: historyOf(reply.points, reply), totals: totalsOf(reply.points) };
    },
  });
  const trouble = query.error && (
    <Alert color="red" title={strings.cantLoadFigures} role="alert">
      <Text size="sm">{hostText(query.error.message)}</Text>
      <Button mt="xs" size="compact-sm" variant="default" onClick={() => void query.refetch()}>
        {strings.retry}
      </Button>
    </Alert>
  );
  if (!query.data) return trouble;
  return (
    <>
      {trouble}
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="xs" className="quiet figures" role="status">
          {query.data.totals ? strings.upTo(moment(query.data.to * 1000)) : strings.nothingKept}
        </Text>
        <Tooltip label={strings.refreshFigures}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={strings.refreshFigures}
            loading={query.isFetching}
            onClick={() => void query.refetch()}
          >
            <IconRefresh size={14} />
          </ActionIcon>
        </Tooltip>
      </Group>
      {query.data.totals && (
        <KeptCharts
          key={`${range}-${query.dataUpdatedAt}`}
          server={server}
          lines={query.data.lines}
          totals={query.data.totals}
          marks={marks}
          window={{ from: query.data.from, to: query.data.to }}
        />
      )}
    </>
  );
}

interface KeptChartsProps {
  server: ServerSummary;
  lines: ReturnType<typeof historyOf>;
  totals: NonNullable<ReturnType<typeof totalsOf>>;
  marks: KeptFiguresProps['marks'];
  window: { from: number; to: number };
}

function KeptCharts({ server, lines, totals, marks, window }: KeptChartsProps) {
  const { cpu, memory } = server.limits;
  const average = (series: (typeof lines)['cpu'], peak: (typeof lines)['cpu']) => [
    { label: strings.average, series, color: accent },
    { label: strings.peak, series: peak, color: second },
  ];
  const pair = (one: string, series: (typeof lines)['cpu'], other: string, more: (typeof lines)['cpu']) => [
    { label: one, series, color: accent },
    { label: other, series: more, color: second },
  ];
  return (
    <>
      <FigureChart
        title={strings.cpu}
        value={strings.onAverage(percent(totals.cpu))}
        lines={average(lines.cpu, lines.cpuPeak)}
        format={percent}
        least={1}
        limit={cpu === null ? null : cpu * 100}
        marks={marks}
        window={window}
      />
      <FigureChart
        title={strings.memory}
        value={strings.onAverage(bytes(totals.memory))}
        lines={average(lines.memory, lines.memoryPeak)}
        format={bytes}
        least={16 * 1024 * 1024}
        limit={memory}
        marks={marks}
        window={window}
      />
      <FigureChart
        title={strings.network}
        value={strings.both(bytes(totals.networkIn), bytes(totals.networkOut))}
        lines={pair(strings.in, lines.networkIn, strings.out, lines.networkOut)}
        format={byteRate}
        least={1024}
        marks={marks}
        window={window}
      />
      <FigureChart
        title={strings.disk}
        value={strings.both(bytes(totals.diskRead), bytes(totals.diskWrite))}
        lines={pair(strings.read, lines.diskRead, strings.write, lines.diskWrite)}
        format={byteRate}
        least={1024}
        marks={marks}
        window={window}
      />
    </>
  );
}
