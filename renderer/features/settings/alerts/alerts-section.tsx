import { Button, Text } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { Link } from 'wouter';
import { Section } from '../../../ui/page.tsx';
import { usePermission } from '../../../ui/use-permission.ts';
import { alertsPath, mayUseAlerts } from './page.ts';
import { strings } from './strings.ts';

/** Leads to the alerts, for who may set them up. */
export function AlertsSection() {
  const permission = usePermission();
  return (
    <Section title={strings.title}>
      <Text size="sm" className="quiet">
        {strings.help}
      </Text>
      {mayUseAlerts(permission) ? (
        <Button
          component={Link}
          to={alertsPath}
          variant="default"
          w="fit-content"
          leftSection={<IconBell size={16} />}
        >
          {strings.open}
        </Button>
      ) : (
        <Text size="sm">{permission.isKnown ? strings.lacks : ''}</Text>
      )}
    </Section>
  );
}
