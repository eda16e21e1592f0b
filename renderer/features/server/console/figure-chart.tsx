import { Group, Stack, Text, useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { bytes } from '../../../ui/format.ts';
import { useServer } from '../server-context.ts';
import { type Column, loners } from './history.ts';

/** Colours of a chart's first and second line. */
export const accent = 'var(--mantine-primary-color-filled)';
export const second = 'var(--chart-second)';

export const byteRate = (value: number): string => `${bytes(value)}/s`;

interface ChartLine {
  label: string;
  series: Column;
  /** A CSS colour. */
  color: string;
}

interface FigureChartProps {
  title: string;
  /** The newest figures in words. */
  value: string;
  lines: ChartLine[];
  format: (value: number) => string;
  /** The least upper end of the scale. */
  least: number;
  /** Drawn as a dashed line, with the scale reaching up to it. */
  limit?: number | null;
  /** What is shown, in Unix seconds. Left out: the last ten minutes, sliding. */
  window?: { from: number; to: number };
}

const height = 96;
/** The same with times below. */
const timedHeight = 120;
const heightOf = ({ window }: FigureChartProps): number => (window ? timedHeight : height);
/** Ten minutes, in seconds. */
const span = 600;

/** A canvas knows no variables: the colour as the page would paint it now, in the scheme that it has. */
function painted(color: string, opacity = 1): string {
  const probe = document.createElement('span');
  probe.style.color = color;
  document.body.append(probe);
  const [red = 0, green = 0, blue = 0] = (getComputedStyle(probe).color.match(/[\d.]+/g) ?? []).map(Number);
  probe.remove();
  return `rgba(${red}, ${green}, ${blue}, ${opacity})`;
}

/** One figure over the last ten minutes, sliding, or over a time that is past; gaps stay gaps. The values under the pointer stand in the legend. */
export function FigureChart(props: FigureChartProps) {
  const { title, value, lines } = props;
  const scheme = useComputedColorScheme('dark');
  return (
    <Stack className="surface" gap={4} p="sm" role="group" aria-label={`${title}: ${value}`}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" fw={500}>
          {title}
        </Text>
        <Text size="sm" className="figures">
          {value}
        </Text>
      </Group>
      {/* The colours are part of the canvas: another scheme makes another one. */}
      <Plot key={scheme} {...props} />
      {lines.length > 1 && (
        <Group gap="md" aria-hidden="true">
          {lines.map(({ label, color }) => (
            <Text size="xs" className="quiet" key={label}>
              <span style={{ color }}>■</span> {label}
            </Text>
          ))}
        </Group>
      )}
    </Stack>
  );
}

function Plot(props: FigureChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const server = useServer();
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    const box = element.current;
    if (!box) return;
    const chart = new uPlot(chartOptions(latest, box.clientWidth), dataOf(latest.current), box);
    const observer = new ResizeObserver(() =>
      chart.setSize({ width: box.clientWidth, height: heightOf(latest.current) }),
    );
    observer.observe(box);
    const dispose = server.onTick(() => {
      if (!document.hidden && !latest.current.window) chart.setData(dataOf(latest.current));
    });
    return () => {
      dispose();
      observer.disconnect();
      chart.destroy();
    };
  }, [server]);
  return <div ref={element} />;
}

function dataOf({ lines }: FigureChartProps): uPlot.AlignedData {
  const times = lines[0]?.series.times.map((time) => time / 1000) ?? [];
  return [times, ...lines.map(({ series }) => series.values)];
}

function chartOptions(latest: { current: FigureChartProps }, width: number): uPlot.Options {
  const quiet = painted('var(--quiet)');
  const line = painted('var(--line)');
  const { format, window } = latest.current;
  return {
    width,
    height: heightOf(latest.current),
    // Room for half of the lowest label where no scale of times is below.
    padding: [6, 0, window ? 0 : 8, 0],
    cursor: { points: { size: 6 }, drag: { x: false, y: false } },
    legend: { show: false },
    scales: {
      x: {
        time: true,
        range: () => {
          if (window) return [window.from, window.to];
          const now = Date.now() / 1000;
          return [now - span, now];
        },
      },
      y: {
        range: (_chart, _min, max) => [
          0,
          Math.max(latest.current.least, latest.current.limit ?? 0, max ?? 0),
        ],
      },
    },
    axes: [
      window
        ? {
            values: (_chart: uPlot, splits: number[]) => splits.map((at) => timeLabel(at, window)),
            space: 64,
            size: 24,
            gap: 4,
            stroke: quiet,
            font: '11px system-ui',
            grid: { show: false },
            ticks: { show: false },
          }
        : { show: false },
      {
        size: 64,
        stroke: quiet,
        font: '11px system-ui',
        grid: { stroke: line, width: 1 },
        ticks: { show: false },
        values: (_chart, splits) => splits.map((split) => format(split)),
        splits: (_chart, _axis, _min, max) => [0, max / 2, max],
      },
    ],
    series: [
      {},
      ...latest.current.lines.map(({ label, color }) => ({
        label,
        stroke: painted(color),
        width: 1.5,
        fill: painted(color, 0.12),
        points: {
          show: false,
          filter: (chart: uPlot, index: number) => loners(Array.from(chart.data[index] ?? [])),
          size: 4,
          fill: painted(color),
        },
        spanGaps: false,
      })),
    ],
    hooks: {
      draw: [(chart) => drawLimit(chart, latest.current.limit ?? null)],
      setCursor: [(chart) => tip(chart, latest.current)],
    },
  };
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

/** Below the chart: the time of a day or less, else the date. `at` in Unix seconds. */
function timeLabel(at: number, { from, to }: { from: number; to: number }): string {
  return (to - from > 2 * 86_400 ? day : clock).format(at * 1000);
}

function drawLimit(chart: uPlot, limit: number | null): void {
  if (limit === null) return;
  const y = Math.round(chart.valToPos(limit, 'y', true));
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.strokeStyle = painted('var(--state-bad)', 0.8);
  ctx.setLineDash([4, 4]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

/** The values under the pointer, as the chart's own tooltip. */
function tip(chart: uPlot, { format, window }: FigureChartProps): void {
  const { idx } = chart.cursor;
  const time = idx === null || idx === undefined ? undefined : chart.data[0][idx];
  if (time === undefined || idx === null || idx === undefined) {
    chart.over.removeAttribute('title');
    return;
  }
  const values = chart.series.slice(1).flatMap((series, index) => {
    const value = chart.data[index + 1]?.[idx];
    return typeof value === 'number' ? [`${String(series.label)} ${format(value)}`] : [];
  });
  const at = new Date(time * 1000);
  chart.over.title = [window ? at.toLocaleString() : at.toLocaleTimeString(), ...values].join('\n');
}
