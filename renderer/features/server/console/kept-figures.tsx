import { ActionIcon, Alert, Button, Group, Text, Tooltip } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { containerStats } from '../../../../shared/http/usage.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { api } from '../../../link/api.ts';
import { bytes, moment, percent } from '../../../ui/format.ts';
import { FigureChart } from './figure-chart.tsx';
import { accent, byteRate, second } from './figure-looks.ts';
import { historyOf, type KeptRange, spans, stepFor, totalsOf } from './history.ts';
import { words } from './strings.ts';

export interface KeptFiguresProps {
  server: ServerSummary;
  range: KeptRange;
  /** Of a chart, in pixels. */
  width: number;
}

/** The charts of what the host has kept. They stand still: the newest is asked for by a click, and said to be from when. */
export function KeptFigures({ server, range, width }: KeptFiguresProps) {
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
  if (query.error)
    return (
      <Alert color="red" title={words.cantLoadFigures} role="alert">
        <Text size="sm">{query.error.message}</Text>
        <Button mt="xs" size="compact-sm" variant="default" onClick={() => void query.refetch()}>
          {words.retry}
        </Button>
      </Alert>
    );
  if (!query.data) return null;
  return (
    <>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="xs" className="quiet figures" role="status">
          {query.data.totals ? words.upTo(moment(query.data.to * 1000)) : words.nothingKept}
        </Text>
        <Tooltip label={words.refreshFigures}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={words.refreshFigures}
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
  window: { from: number; to: number };
}

function KeptCharts({ server, lines, totals, window }: KeptChartsProps) {
  const { cpu, memory } = server.limits;
  const average = (series: (typeof lines)['cpu'], peak: (typeof lines)['cpu']) => [
    { label: words.average, series, color: accent },
    { label: words.peak, series: peak, color: second },
  ];
  const pair = (one: string, series: (typeof lines)['cpu'], other: string, more: (typeof lines)['cpu']) => [
    { label: one, series, color: accent },
    { label: other, series: more, color: second },
  ];
  return (
    <>
      <FigureChart
        title={words.cpu}
        value={words.onAverage(percent(totals.cpu))}
        lines={average(lines.cpu, lines.cpuPeak)}
        format={percent}
        least={100}
        limit={cpu === null ? null : cpu * 100}
        window={window}
      />
      <FigureChart
        title={words.memory}
        value={words.onAverage(bytes(totals.memory))}
        lines={average(lines.memory, lines.memoryPeak)}
        format={bytes}
        least={16 * 1024 * 1024}
        limit={memory}
        window={window}
      />
      <FigureChart
        title={words.network}
        value={words.both(bytes(totals.networkIn), bytes(totals.networkOut))}
        lines={pair(words.in, lines.networkIn, words.out, lines.networkOut)}
        format={byteRate}
        least={1024}
        window={window}
      />
      <FigureChart
        title={words.disk}
        value={words.both(bytes(totals.diskRead), bytes(totals.diskWrite))}
        lines={pair(words.read, lines.diskRead, words.write, lines.diskWrite)}
        format={byteRate}
        least={1024}
        window={window}
      />
    </>
  );
}
