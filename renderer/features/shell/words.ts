export const words = {
  skip: 'Skip to the content',
  navigation: 'Main',
  overview: 'Overview',
  newServer: 'New server',
  network: 'Network',
  activity: 'Activity',
  settings: 'Settings',
  servers: 'Servers',
  menu: 'Menu',
  noServers: 'No servers yet',
  lookingForDocker: 'Looking for Docker…',
  noDocker: 'No Docker engine',
  offline: (since: string, seconds: number) =>
    seconds > 0
      ? `The host has been out of reach since ${since}. Trying again in ${seconds} s.`
      : `The host has been out of reach since ${since}. Trying again…`,
  retry: 'Try now',
  tried: 'What was tried',
  notFound: 'This page does not exist.',
  toOverview: 'To the overview',
} as const;
