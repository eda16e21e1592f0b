import { Select } from '@mantine/core';
import type { NetProtocol } from '../../shared/model/server.ts';

interface ProtocolSelectProps {
  label: string;
  value: NetProtocol;
  onChange: (protocol: NetProtocol) => void;
  /** In pixels. */
  width?: number;
}

/** TCP or UDP of a port. */
export function ProtocolSelect({ label, value, onChange, width = 90 }: ProtocolSelectProps) {
  return (
    <Select
      label={label}
      data={['tcp', 'udp']}
      value={value}
      onChange={(chosen) => onChange(chosen === 'udp' ? 'udp' : 'tcp')}
      allowDeselect={false}
      w={width}
    />
  );
}
