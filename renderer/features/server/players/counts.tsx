import { Group, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { locale } from '../../../../shared/texts/messages.ts';
import { accent, FigureChart, second } from '../console/figure-chart.tsx';
import { isKeptRange, type KeptRange } from '../console/history.ts';
import { countLines } from './count-lines.ts';
import { strings } from './strings.ts';
import { useCounts } from './use-players.ts';

const figure = new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 });

/** How many played over time. Nothing is drawn of times that nobody knows of. */
export function Counts({ server, most }: { server: string; most: number | null }) {
  const [range, setRange] = useState<KeptRange>('24h');
  const { data } = useCounts(server, range);
  if (!data) return null;
  const { average, peak, highest } = countLines(data.points, data);
  return (
    <Stack component="section" gap="xs" aria-label={strings.overTime}>
      <Group justify="space-between">
        <Title order={2} size="h4">
          {strings.overTime}
        </Title>
        <SegmentedControl
          size="xs"
          value={range}
          onChange={(next) => isKeptRange(next) && setRange(next)}
          data={strings.ranges}
          aria-label={strings.range}
        />
      </Group>
      {highest === null ? (
        <Text className="quiet">{strings.noCounts}</Text>
      ) : (
        <FigureChart
          key={`${range}-${data.to}`}
          title={strings.tab}
          value={strings.atMost(highest)}
          lines={[
            { label: strings.average, series: average, color: accent },
            { label: strings.peak, series: peak, color: second },
          ]}
          format={(value) => figure.format(value)}
          least={4}
          limit={most !== null && most <= highest * 4 ? most : null}
          window={data}
        />
      )}
    </Stack>
  );
}
