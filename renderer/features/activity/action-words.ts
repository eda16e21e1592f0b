/**
 * What the record calls an act, in words for people: what was asked for, since it can have been refused, or have failed after it
 * was accepted. What is missing here is shown as the record has it.
 */
const acts: Record<string, string> = {
  'POST /containers': 'Create the server',
  'PATCH /containers/:id': 'Change settings',
  'DELETE /containers/:id': 'Delete the server',
  'POST /containers/:id/start': 'Start the server',
  'POST /containers/:id/stop': 'Stop the server',
  'POST /containers/:id/restart': 'Restart the server',
  'POST /containers/:id/kill': 'Kill the server',
  'POST /containers/:id/reinstall': 'Reinstall the server',
  'POST /containers/:id/rebind-network': 'Change the ports',
  'POST /containers/:id/resources': 'Change the limits',
  'POST /containers/:id/volumes': 'Change the mounts',
  'POST /containers/:id/sftp/credentials': 'Make an SFTP login',
  'POST /volumes': 'Make a volume',
  'DELETE /volumes/:id': 'Delete a volume',
  'POST /volumes/:id/resize': 'Change the room for files',
  'POST /volumes/:id/files': 'Write a file',
  'PUT /volumes/:id/content': 'Upload a file',
  'POST /volumes/:id/folders': 'Make a folder',
  'POST /volumes/:id/copy': 'Copy files',
  'POST /volumes/:id/rename': 'Rename or move files',
  'POST /volumes/:id/delete': 'Delete files',
  'POST /volumes/:id/compress': 'Make an archive',
  'POST /volumes/:id/decompress': 'Unpack an archive',
  'POST /downloads': 'Make a download link',
  'POST /network/ports': 'Add ports to the pool',
  'DELETE /network/ports/:ip/:port': 'Take a port out of the pool',
  'PUT /network/ports/:ip/:port/use': 'Reserve or give back a port',
  'POST /network/ports/bulk-delete': 'Take ports out of the pool',
  'POST /auth/tokens': 'Make a token',
  'DELETE /auth/tokens/:id': 'Revoke a token',
  'POST /remote/config/reload': 'Read the configuration again',
  power: 'Use a power button',
  send_command: 'Type a command',
  authenticate: 'Sign in',
};

export const actionWords = (action: string): string => acts[action] ?? action;
