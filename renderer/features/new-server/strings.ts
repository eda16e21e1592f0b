import { imageStrings } from '../../ui/image-strings.ts';
import { title } from './title.ts';

export const strings = {
  title,
  search: 'Find a game',
  searchPlaceholder: 'Minecraft, Valheim, Terraria…',
  games: 'Games',
  nothingFound: (text: string) => `No game is called “${text}”. Any image that Docker can pull works, too.`,
  own: 'Bring your own',
  anyImage: 'Use a Docker image',
  anyImageSummary: 'Whatever Docker can pull, started its own way or with your command.',
  back: 'All games',
  basics: 'The server',
  withFiles:
    'It is made with files that are kept, and their disk space. Installing it may write over some of them.',
  name: 'Name',
  nameHelp: 'For you and in lists. It can be changed later.',
  id: 'Id',
  idHelp: 'Used in folder names and URLs. Can’t be changed later.',
  image: 'Image',
  imageHelp: 'Like debian:12 or ghcr.io/owner/game:latest.',
  startup: 'Startup command',
  startupHelp:
    'Run by /bin/sh in the server’s folder. Put exec before the last command, so that a stop reaches it.',
  ownStartupHelp:
    'Left empty, the image starts its own way. Otherwise it is run by /bin/sh in the server’s folder: put exec before the last command, so that a stop reaches it.',
  imageStartupHelp: 'Given to the image, which puts the values in where {{NAME}} stands.',
  imageChoice: 'What the game runs in. It can be changed later by installing again.',
  startupChoice: 'Start command',
  entrypoint: 'A startup command is run by',
  entrypointHelp: 'The image’s own entry point takes its words as docker run does behind the image’s name.',
  entrypoints: { shell: 'a shell (/bin/sh)', image: 'the image’s own entry point' },
  hiddenVariables: (count: number) => `Advanced: ${count} more`,
  hiddenVariablesHelp: 'Whoever wrote this keeps these from players; what they are is mostly right as it is.',
  agreement: 'Agreement',
  readIt: 'Read it',
  game: 'The game',
  environment: 'Environment',
  environmentHelp:
    'What the image is told by variables; its documentation names them. Lines of NAME=value can be pasted into a name.',
  network: 'Ports',
  networkHelp: 'Where friends connect. What is free is proposed.',
  portLabel: (name: string, protocol: string) =>
    `${name} (${protocol === 'both' ? 'TCP and UDP' : protocol.toUpperCase()})`,
  portHelp: (container: number) => `Inside the container it is ${container}.`,
  samePortHelp: 'The same number inside the container.',
  addPort: 'Add a port',
  removePort: 'Remove this port',
  containerPort: 'Port in the container',
  protocol: 'Protocol',
  hostPort: 'Port on this machine',
  resources: 'Resources',
  memory: 'Memory (MiB)',
  memoryHelp: (left: string, advice: string | null) =>
    `${left} available on this machine.${advice === null ? '' : ` ${advice}`}`,
  memoryAdvice: (minimum: string, recommended: string) =>
    `The game needs ${minimum} at least, ${recommended} is good.`,
  tooMuchMemory: 'More than is left: fine if the others don’t use all of theirs.',
  tooLittleMemory: (minimum: string) =>
    `Below the ${minimum} that the game needs: it will probably be killed.`,
  cpu: 'CPU (cores)',
  cpuHelp: (cores: number, left: number | null) => {
    const rest =
      left === null || left === cores
        ? ''
        : `; not promised to other servers: ${Math.round(left * 100) / 100}`;
    return `Empty: as much as it wants. This machine has ${cores}${rest}.`;
  },
  cores: (count: number) => `${count} ${count === 1 ? 'core' : 'cores'}`,
  tooMuchCpu: 'More than is left: fine if the others don’t use all of theirs.',
  slider: (field: string) => `${field}, by slider`,
  disk: 'Disk space (MiB)',
  diskHelp: (free: string) => `${free} are free on the disk. It can grow later.`,
  advanced: 'Advanced',
  ready: 'Ready pattern',
  readyHelp: 'The server counts as running when a line of its console matches. Empty: as soon as it runs.',
  stopBy: 'Stop by',
  stopByOptions: { command: 'a console command', signal: 'a signal' },
  stopCommand: 'Stop command',
  stopSignal: 'Stop signal',
  stopSeconds: 'Force stop after (seconds)',
  install: 'Install script',
  installHelp: 'Run once before the first start, in the server’s folder.',
  ...imageStrings,
  tty: 'Interactive console (TTY)',
  autoStart: 'Start it when this machine starts',
  restart: 'Start it again after a crash',
  summary: 'In short',
  summaryText: (parts: { name: string; image: string; memory: string; ports: string }) =>
    `“${parts.name}” runs ${parts.image} with ${parts.memory}, reachable at ${parts.ports}.`,
  noPorts: 'no port',
  moving: (tag: string) =>
    `“${tag}” names no version of the image: it stands for the newest one, today and at each reinstall. The settings of the server say which one it is; to stay with that one, give its digest as the image.`,
  noLimit: 'no limit',
  anyMemory: 'as much memory as it wants',
  create: 'Create server',
  cancel: 'Cancel',
  mistakes: (count: number) => (count === 1 ? 'Fix 1 field above.' : `Fix ${count} fields above.`),
  failed: 'The server was not made',
  needsName: 'Give it a name.',
  needsImage: 'Name an image.',
  takenId: (id: string) => `Another server has the id ${id}.`,
  needsNumber: 'Must be a number above 0.',
  needsPort: 'Must be a number from 1 to 65535.',
  portTwice: 'This port is named above already.',
  portTaken: (port: number, by: string, free: number | null) =>
    `Port ${port} is taken by ${by}. ${free === null ? 'Choose another one.' : `${free} is free.`}`,
  needsAgreement: 'The game can’t be hosted without it.',
  notForToken: 'Your token can’t make servers',
  notForTokenHelp:
    'That takes one for all servers, with the scopes for servers and files. Ask the host’s owner for it.',
  toOverview: 'To the overview',
  notPermitted:
    'Your token may not make servers. Ask the host’s owner for one with the scopes for servers, files and network.',
} as const;
