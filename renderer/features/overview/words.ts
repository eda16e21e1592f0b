export const words = {
  title: 'Overview',
  noServers: 'No servers yet',
  whatThisIs:
    'Lightdeck runs game servers in Docker on this machine. Pick a game, and it is pulled, installed and started for you.',
  firstServer: 'New server',
  waiting: 'Waiting for the host’s list of servers…',
  cpu: 'CPU',
  memory: 'Memory',
  disk: 'Disk',
  of: (used: string, total: string) => `${used} of ${total}`,
  uptime: (time: string) => `for ${time}`,
  noPort: 'No port published',
  cpuTrend: (name: string) => `CPU of ${name} over the last two minutes`,
} as const;
