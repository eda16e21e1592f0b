import { crashedLabel, stateLabels } from '../../shared/model/labels.ts';
import type { WireState } from '../../shared/model/server.ts';
import { hostText } from '../../shared/texts/host-text.ts';

type StateAppearance = {
  label: string;
  color: string;
  shape: 'full' | 'half' | 'ring' | 'square' | 'triangle' | 'question';
};

/** A state is told in words, colour and shape, so that it can be read without any one of them. */
export const stateAppearances: Record<WireState, StateAppearance> = {
  installing: { label: hostText(stateLabels.installing), color: 'var(--state-busy)', shape: 'half' },
  installed: { label: hostText(stateLabels.installed), color: 'var(--state-off)', shape: 'ring' },
  starting: { label: hostText(stateLabels.starting), color: 'var(--state-busy)', shape: 'half' },
  running: { label: hostText(stateLabels.running), color: 'var(--state-running)', shape: 'full' },
  stopping: { label: hostText(stateLabels.stopping), color: 'var(--state-busy)', shape: 'half' },
  exit: { label: hostText(stateLabels.exit), color: 'var(--state-off)', shape: 'square' },
  failed: { label: hostText(stateLabels.failed), color: 'var(--state-bad)', shape: 'triangle' },
  unknown: { label: hostText(stateLabels.unknown), color: 'var(--state-unknown)', shape: 'question' },
};

/** Runs, and somebody should look at it all the same. */
export const warning: StateAppearance = { label: '', color: 'var(--state-busy)', shape: 'triangle' };

const crashed: StateAppearance = {
  label: hostText(crashedLabel),
  color: 'var(--state-bad)',
  shape: 'triangle',
};

/** `hasCrashed`: the last run ended badly, and nobody asked for its end. */
export function appearanceOf(state: WireState, hasCrashed = false): StateAppearance {
  return state === 'exit' && hasCrashed ? crashed : stateAppearances[state];
}

export function StateMark({ appearance, size = 10 }: { appearance: StateAppearance; size?: number }) {
  const { color, shape } = appearance;
  return (
    <svg width={size} height={size} viewBox="0 0 10 10" aria-hidden="true" style={{ color, flexShrink: 0 }}>
      {shape === 'full' && <circle cx="5" cy="5" r="4.5" fill="currentColor" />}
      {shape === 'ring' && (
        <circle cx="5" cy="5" r="3.75" fill="none" stroke="currentColor" strokeWidth="1.5" />
      )}
      {shape === 'half' && (
        <>
          <circle cx="5" cy="5" r="3.75" fill="none" stroke="currentColor" strokeWidth="1.5" />
          <path d="M5 1.25a3.75 3.75 0 0 1 0 7.5z" fill="currentColor" />
        </>
      )}
      {shape === 'square' && <rect x="1" y="1" width="8" height="8" rx="1.5" fill="currentColor" />}
      {shape === 'triangle' && <path d="M5 0.5 9.8 9.3H.2z" fill="currentColor" />}
      {shape === 'question' && (
        <text x="5" y="9" textAnchor="middle" fontSize="11" fontWeight="700" fill="currentColor">
          ?
        </text>
      )}
    </svg>
  );
}

export function StateBadge({ state, hasCrashed = false }: { state: WireState; hasCrashed?: boolean }) {
  const appearance = appearanceOf(state, hasCrashed);
  return (
    <span
      className="state-badge"
      style={{
        whiteSpace: 'nowrap',
        display: 'inline-flex',
        alignItems: 'center',
        gap: 6,
        color: appearance.color,
        fontWeight: 500,
      }}
    >
      <StateMark appearance={appearance} />
      {appearance.label}
    </span>
  );
}
