import type { Series } from '../state/series.ts';

interface SparklineProps {
  series: Series;
  /** The value at the upper edge; less than the largest point is raised to that. */
  max: number;
  /** What the line shows, for screen readers. */
  label: string;
  width?: number;
  height?: number;
}

/** The stretch of time that is drawn, ending with the newest point; a page that was just opened begins with the shorter one. */
const longestMs = 120_000;
const shortestMs = 30_000;

/** The last two minutes of one figure as a small line; a gap in the figures is a gap in the line. */
export function Sparkline({ series, max, label, width = 96, height = 24 }: SparklineProps) {
  const top = Math.max(max, ...series.values.map((value) => value ?? 0), 1e-9);
  const y = (value: number): number => height - 1 - (value / top) * (height - 2);
  return (
    <svg
      width={width}
      height={height}
      role="img"
      aria-label={label}
      style={{ display: 'block', overflow: 'hidden', flexShrink: 0 }}
    >
      {linesOf(series, width, y).map((line) => (
        <polyline
          key={line}
          points={line}
          fill="none"
          stroke="var(--mantine-primary-color-filled)"
          strokeWidth="1.5"
          strokeLinejoin="round"
          strokeLinecap="round"
        />
      ))}
    </svg>
  );
}

/** The points of each unbroken stretch, as SVG writes them. */
function linesOf({ times, values }: Series, width: number, y: (value: number) => number): string[] {
  const end = times.at(-1) ?? 0;
  const window = Math.min(longestMs, Math.max(shortestMs, end - (times[0] ?? 0)));
  const lines: string[][] = [[]];
  times.forEach((time, index) => {
    const value = values[index] ?? null;
    if (value === null) lines.push([]);
    else if (end - time <= window) {
      const x = width - ((end - time) / window) * width;
      lines.at(-1)?.push(`${x.toFixed(1)},${y(value).toFixed(1)}`);
    }
  });
  return lines.filter(({ length }) => length > 1).map((points) => points.join(' '));
}
