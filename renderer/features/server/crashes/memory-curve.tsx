import type { CrashFigure } from '../../../../shared/model/crash.ts';
import { bytes } from '../../../ui/format.ts';
import { strings } from './strings.ts';

const width = 240;
const height = 48;

interface MemoryCurveProps {
  figures: readonly CrashFigure[];
  /** Bytes; null: no limit. */
  limit: number | null;
}

/** The memory of the last minutes, with the limit as a line. Nothing for a run that was too short for a curve. */
export function MemoryCurve({ figures, limit }: MemoryCurveProps) {
  const [first] = figures;
  const last = figures.at(-1);
  if (figures.length < 2 || !first || !last || last.at <= first.at) return null;
  const most = Math.max(...figures.map(({ memory }) => memory));
  const top = Math.max(most, limit ?? 0, 1) * 1.05;
  const y = (value: number): number => height - (value / top) * height;
  const points = figures
    .map(
      ({ at, memory }) =>
        `${(((at - first.at) / (last.at - first.at)) * width).toFixed(1)},${y(memory).toFixed(1)}`,
    )
    .join(' ');
  const limitWords = limit === null ? null : bytes(limit);
  return (
    <figure className="crash-curve">
      <figcaption className="quiet">
        {strings.memory}: <span className="figures">{strings.ofLimit(bytes(most), limitWords)}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={strings.memoryCurve(bytes(most), limitWords)}
      >
        {limit !== null && (
          <line
            x1="0"
            x2={width}
            y1={y(limit)}
            y2={y(limit)}
            stroke="var(--state-bad)"
            strokeDasharray="4 3"
          />
        )}
        <polyline
          points={points}
          fill="none"
          stroke="var(--mantine-primary-color-filled)"
          strokeWidth="1.5"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
    </figure>
  );
}
