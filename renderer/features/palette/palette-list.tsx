import type { PaletteCommand } from '../feature.ts';
import type { Group } from './ranked.ts';
import { strings } from './strings.ts';

interface PaletteListProps {
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
      <span className="palette-mark">{command.mark}</span>
      <span className="ellipsis">{command.label}</span>
      {command.beside !== undefined && (
        <span className="palette-beside quiet figures ellipsis">{command.beside}</span>
      )}
    </div>
  );
}
