import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconSkull } from '@tabler/icons-react';
import { useState } from 'react';
import { Confirm } from './confirm.tsx';
import { powerStrings as strings } from './power-strings.ts';

interface KillMenuProps {
  name: string;
  /** Of the button, in pixels. */
  size: number;
  onKill: () => void;
}

/** What is seldom wanted of a server's power, and asked about. */
export default function KillMenu({ name, size, onKill }: KillMenuProps) {
  const [isKilling, setKilling] = useState(false);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={size} aria-label={strings.more}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item color="red" leftSection={<IconSkull size={14} />} onClick={() => setKilling(true)}>
            {strings.kill}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Confirm
        opened={isKilling}
        onClose={() => setKilling(false)}
        onConfirm={() => {
          setKilling(false);
          onKill();
        }}
        title={strings.killTitle(name)}
        action={strings.kill}
      >
        {strings.killLoses}
      </Confirm>
    </>
  );
}
