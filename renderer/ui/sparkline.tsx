import type { Series } from '../state/series.ts';

export interface SparklineProps {
  series: Series;
  /** The value at the upper edge; less than the largest point is raised to that. */
  max: number;
  /** What the line shows, for screen readers. */
  label: string;
  width?: number;
  height?: number;
}

/** The last minutes of one figure as a small line. */
export function Sparkline({ series, max, label, width = 96, height = 24 }: SparklineProps) {
  const { times, values } = series;
  const first = times[0] ?? 0;
  const span = Math.max(60_000, (times.at(-1) ?? 0) - first);
  const top = Math.max(max, ...values.map((value) => value ?? 0), 1e-9);
  const end = first + span;
  const points = times.flatMap((time, index) => {
    const value = values[index] ?? null;
    if (value === null) return [];
    const x = width - ((end - time) / span) * width;
    return [`${x.toFixed(1)},${(height - 1 - (value / top) * (height - 2)).toFixed(1)}`];
  });
  return (
    <svg
      width={width}
      height={height}
      role="img"
      aria-label={label}
      style={{ display: 'block', overflow: 'visible' }}
    >
      {points.length > 1 && (
        <polyline
          points={points.join(' ')}
          fill="none"
          stroke="var(--mantine-primary-color-filled)"
          strokeWidth="1.5"
          strokeLinejoin="round"
        />
      )}
    </svg>
  );
}
