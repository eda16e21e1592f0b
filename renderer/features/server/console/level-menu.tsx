import { ActionIcon, Menu } from '@mantine/core';
import { IconCheck, IconFilter, IconFilterFilled } from '@tabler/icons-react';
import { type Level, levels } from './line-levels.ts';
import { strings } from './strings.ts';

/** All lines, or those that say that something is wrong. */
export function LevelMenu({ level, onLevel }: { level: Level; onLevel: (level: Level) => void }) {
  const Icon = level === 'all' ? IconFilter : IconFilterFilled;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color={level === 'all' ? 'gray' : 'indigo'}
          size="md"
          aria-label={strings.level}
          title={strings.level}
        >
          <Icon size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {levels.map((one) => (
          <Menu.Item
            key={one}
            leftSection={one === level ? <IconCheck size={14} /> : <span style={{ width: 14 }} />}
            onClick={() => onLevel(one)}
          >
            {strings.levels[one]}
            {one === level && <span className="visually-hidden">{strings.isOn}</span>}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
