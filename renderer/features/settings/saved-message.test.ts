import { expect, test } from 'vitest';
import { savedMessage } from './saved-message.ts';
import { strings } from './strings.ts';

const listening = { state: 'listening', port: 2022, problem: null } as const;

test('I1 settings are said to be in force only where the host says that they are', () => {
  const failed = { state: 'failed', port: null, problem: 'port 2022 is taken' } as const;
  const told = savedMessage(['sftp.port'], { restart_required: [], sftp_status: failed });
  expect(told.color).toBe('red');
  expect(told.message).toMatch(/not in force.*port 2022 is taken/);
  expect(savedMessage(['sftp.port'], { restart_required: [], sftp_status: listening })).toEqual({
    message: strings.saved,
  });
  // Another change isn't to blame for it.
  expect(savedMessage(['monitoring.interval'], { restart_required: [], sftp_status: failed }).message).toBe(
    strings.saved,
  );
  expect(
    savedMessage(['docker.socket'], { restart_required: ['docker.socket'], sftp_status: listening }).message,
  ).toMatch(/after a restart of the host/);
});
