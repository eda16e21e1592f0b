import { Menu } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';

/** Something that can be done with what is chosen. */
export interface EntryAction {
  label: string;
  icon: Icon;
  /** Red, below the others. */
  isHarmful?: boolean;
  run: () => void;
}

/** Where a menu is open, in pixels of the window. */
export interface MenuPlace {
  x: number;
  y: number;
}

interface RowMenuProps {
  /** Null: closed. */
  place: MenuPlace | null;
  label: string;
  actions: readonly EntryAction[];
  onClose: () => void;
}

/** What can be done with an entry, where it was asked for: by the right button, its key, or the row's own button. */
export function RowMenu({ place, label, actions, onClose }: RowMenuProps) {
  return (
    <Menu
      opened={place !== null}
      onClose={onClose}
      position="bottom-start"
      withinPortal
      trapFocus
      returnFocus
      // Its place is another one each time.
      key={place ? `${place.x} ${place.y}` : 'closed'}
    >
      <Menu.Target>
        <span
          aria-hidden="true"
          style={{ position: 'fixed', left: place?.x ?? 0, top: place?.y ?? 0, width: 1, height: 1 }}
        />
      </Menu.Target>
      <Menu.Dropdown aria-label={label}>
        {actions.map(({ label: name, icon: Icon, isHarmful = false, run }) => (
          <Menu.Item
            key={name}
            leftSection={<Icon size={16} />}
            {...(isHarmful ? { color: 'red' } : {})}
            onClick={run}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
