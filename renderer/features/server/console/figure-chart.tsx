import { Box, useComputedColorScheme } from '@mantine/core';
import { type RefObject, useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { locale } from '../../../../shared/texts/messages.ts';
import 'uplot/dist/uPlot.min.css';
import './console.css';
import { bytes, clockTime, moment } from '../../../ui/format.ts';
import { useServer } from '../server-context.ts';
import { scaleTop } from './chart-scale.ts';
import { type Column, loners } from './history.ts';
import { strings } from './strings.ts';

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
  /** Drawn as a dashed line once the figure comes near it; told in words. */
  limit?: number | null;
  /** Starts and crashes, in Unix seconds. */
  marks?: readonly { at: number; isCrash: boolean }[];
  /** Somebody points at a moment (Unix ms) and clicks. */
  onPick?: (at: number) => void;
  /** What is shown, in Unix seconds. Left out: the last ten minutes, sliding. */
  window?: { from: number; to: number };
}

const height = 66;
/** The same with times below. */
const timedHeight = 88;
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

/**
 * One figure over the last ten minutes, sliding, or over a time that is past; gaps stay gaps. The moment under the pointer is marked in all
 * charts, and each says its values of then.
 */
export function FigureChart(props: FigureChartProps) {
  const { title, value, lines, format, limit = null } = props;
  const scheme = useComputedColorScheme('dark');
  const hovered = useRef<HTMLSpanElement>(null);
  return (
    <Box className="surface chart" role="group" aria-label={`${title}: ${value}`}>
      <div className="chart-head figures">
        <span>
          <span style={{ fontWeight: 500 }}>{title}</span>
          {lines.length > 1 &&
            lines.map(({ label, color }) => (
              <span className="quiet" key={label}>
                {' '}
                <span style={{ color }}>■</span> {label}
              </span>
            ))}
          {limit !== null && <span className="quiet"> {strings.limitAt(format(limit))}</span>}
        </span>
        <span className="chart-now">{value}</span>
        <span className="chart-then" ref={hovered} aria-hidden="true" />
      </div>
      {/* The colours are part of the canvas: another scheme makes another one. */}
      <Plot key={scheme} {...props} hovered={hovered} />
    </Box>
  );
}

interface PlotProps extends FigureChartProps {
  /** Says the values of the moment under the pointer. */
  hovered: RefObject<HTMLSpanElement | null>;
}

function Plot(props: PlotProps) {
  const element = useRef<HTMLDivElement>(null);
  const server = useServer();
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    const box = element.current;
    if (!box) return;
    const chart = new uPlot(
      chartOptions(latest, { width: box.clientWidth, group: server.id }),
      dataOf(latest.current),
      box,
    );
    const pick = (): void => {
      const { left } = chart.cursor;
      if (left !== undefined && left >= 0) latest.current.onPick?.(chart.posToVal(left, 'x') * 1000);
    };
    chart.over.addEventListener('click', pick);
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

function seriesOf({ label, color }: ChartLine): uPlot.Series {
  return {
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
  };
}

function chartOptions(
  latest: { current: PlotProps },
  { width, group }: { width: number; group: string },
): uPlot.Options {
  const quiet = painted('var(--quiet)');
  const line = painted('var(--line)');
  const { format, window } = latest.current;
  return {
    width,
    height: heightOf(latest.current),
    // Room for half of the lowest label where no scale of times is below.
    padding: [6, 0, window ? 0 : 8, 0],
    cursor: {
      points: { size: 6 },
      drag: { x: false, y: false },
      y: false,
      sync: { key: `figures of ${group}`, scales: ['x', null] },
    },
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
          scaleTop(max ?? 0, { least: latest.current.least, limit: latest.current.limit ?? null }),
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
            font: '10px system-ui',
            grid: { show: false },
            ticks: { show: false },
          }
        : { show: false },
      {
        size: 54,
        stroke: quiet,
        font: '10px system-ui',
        grid: { stroke: line, width: 1 },
        ticks: { show: false },
        values: (_chart, splits) => splits.map((split) => format(split)),
        splits: (_chart, _axis, _min, max) => [0, max],
      },
    ],
    series: [{}, ...latest.current.lines.map(seriesOf)],
    hooks: {
      draw: [
        (chart) => drawMarks(chart, latest.current.marks ?? []),
        (chart) => drawLimit(chart, latest.current.limit ?? null),
      ],
      setCursor: [(chart) => tellThen(chart, latest.current)],
    },
  };
}

const clock = new Intl.DateTimeFormat(locale(), { timeStyle: 'short' });
const day = new Intl.DateTimeFormat(locale(), { day: 'numeric', month: 'short' });

/** Below the chart: the time of a day or less, else the date. `at` in Unix seconds. */
function timeLabel(at: number, { from, to }: { from: number; to: number }): string {
  return (to - from > 2 * 86_400 ? day : clock).format(at * 1000);
}

function drawLimit(chart: uPlot, limit: number | null): void {
  if (limit === null || limit > (chart.scales.y?.max ?? 0)) return;
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

/** A short line down from the upper edge for each start, a long one for each crash. */
function drawMarks(chart: uPlot, marks: readonly { at: number; isCrash: boolean }[]): void {
  const { ctx, bbox } = chart;
  const { min = 0, max = 0 } = chart.scales.x ?? {};
  ctx.save();
  for (const { at, isCrash } of marks) {
    if (at < (min ?? 0) || at > (max ?? 0)) continue;
    const x = Math.round(chart.valToPos(at, 'x', true));
    ctx.strokeStyle = painted(isCrash ? 'var(--state-bad)' : 'var(--state-running)', 0.9);
    ctx.lineWidth = 1.5 * devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + (isCrash ? bbox.height : bbox.height / 4));
    ctx.stroke();
  }
  ctx.restore();
}

/** The values under the pointer, in place of those of now. */
function tellThen(chart: uPlot, { format, window, hovered }: PlotProps): void {
  const { idx } = chart.cursor;
  const words = hovered.current;
  if (!words) return;
  const time = idx === null || idx === undefined ? undefined : chart.data[0][idx];
  if (time === undefined || idx === null || idx === undefined) {
    words.textContent = '';
    return;
  }
  const values = chart.series.slice(1).flatMap((_series, index) => {
    const value = chart.data[index + 1]?.[idx];
    return typeof value === 'number' ? [format(value)] : [];
  });
  const at = window ? moment(time * 1000) : clockTime(time * 1000);
  words.textContent = `${at}: ${values.join(' · ') || '–'}`;
}
