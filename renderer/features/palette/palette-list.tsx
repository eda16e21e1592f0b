import {
  IconActivity,
  IconBolt,
  IconCopy,
  IconFolder,
  IconKeyboard,
  IconLayoutDashboard,
  IconLogout,
  IconNetwork,
  IconPlayerPlay,
  IconPlayerStop,
  IconPlus,
  IconRefresh,
  IconSettings,
  IconSkull,
  IconSunMoon,
  IconTerminal2,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { stateLabel } from '../../../shared/model/labels.ts';
import { hasCrashed } from '../../../shared/model/server.ts';
import { lookOf, StateMark } from '../../ui/state-badge.tsx';
import { addressOf } from '../server/address.ts';
import type { PaletteCommand } from './commands.ts';
import type { Group } from './ranked.ts';
import { strings } from './strings.ts';

export interface PaletteListProps {
  groups: readonly Group[];
  current: PaletteCommand | undefined;
  query: string;
  onChoose: (command: PaletteCommand) => void;
  optionId: (command: PaletteCommand) => string;
}

/** The list below the field; the focus stays in the field, which names the current option. */
export function PaletteList({ groups, current, query, onChoose, optionId }: PaletteListProps) {
  if (groups.length === 0)
    return (
      <div className="palette-nothing">
        <p>{strings.nothing(query)}</p>
        <p className="quiet">{strings.tryOther}</p>
      </div>
    );
  return (
    <div role="listbox" id="palette-list" aria-label={strings.title} className="palette-list">
      {groups.map(({ kind, commands }) => (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset may not stand in a listbox.
        <div role="group" key={kind} aria-labelledby={`palette-${kind}`}>
          <div className="palette-heading quiet" id={`palette-${kind}`} role="presentation">
            {strings.groups[kind]}
          </div>
          {commands.map((command) => (
            <Option
              key={command.id}
              command={command}
              id={optionId(command)}
              isCurrent={command === current}
              onChoose={onChoose}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

interface OptionProps {
  command: PaletteCommand;
  id: string;
  isCurrent: boolean;
  onChoose: (command: PaletteCommand) => void;
}

function Option({ command, id, isCurrent, onChoose }: OptionProps) {
  const { server, kind, label } = command;
  const address = server && kind === 'servers' ? addressOf(server.ports) : null;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the field has the focus and names the option (combobox pattern).
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are heard by the field.
    <div
      role="option"
      id={id}
      aria-selected={isCurrent}
      className="palette-option"
      onClick={() => onChoose(command)}
    >
      <span className="palette-mark">
        <Mark command={command} />
      </span>
      <span className="ellipsis">{label}</span>
      {server && kind === 'servers' && (
        <span className="palette-beside quiet figures ellipsis">
          {address === null ? stateLabel(server) : `${stateLabel(server)} · ${address}`}
        </span>
      )}
    </div>
  );
}

/** By the first part of a command's id, or all of it. */
const marks: Record<string, ComponentType<{ size?: number }>> = {
  start: IconPlayerPlay,
  stop: IconPlayerStop,
  restart: IconRefresh,
  kill: IconSkull,
  console: IconTerminal2,
  files: IconFolder,
  network: IconNetwork,
  settings: IconSettings,
  activity: IconActivity,
  copy: IconCopy,
  theme: IconSunMoon,
  shortcuts: IconKeyboard,
  'sign-out': IconLogout,
  'page:overview': IconLayoutDashboard,
  'page:newServer': IconPlus,
  'page:network': IconNetwork,
  'page:activity': IconActivity,
  'page:settings': IconSettings,
};

function Mark({ command: { id, kind, server } }: { command: PaletteCommand }) {
  if (server && kind === 'servers')
    return <StateMark look={lookOf(server.state, hasCrashed(server.last_exit))} />;
  const Icon = marks[id] ?? marks[id.split(':')[0] ?? ''] ?? IconBolt;
  return <Icon size={16} />;
}
