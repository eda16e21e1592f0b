/** All texts of making a server of an image, a `docker run` line or a compose file. */
export const strings = {
  card: 'Docker image or command',
  cardSummary: 'An image by its name, a docker run line, or a compose file: filled in for you.',
  title: 'Docker image or command',
  intro:
    'Paste what the image’s page says: its name, a docker run line, or a compose file. It becomes a form; nothing is made before you say so.',
  text: 'Image, command or compose file',
  placeholder: 'docker run -p 8080:80 -v data:/data nginx:1.27',
  service: 'Service',
  serviceHelp: 'Of a compose file with several: which one.',
  next: 'Fill in the form',
  another: 'Something else',
  refused: 'Not taken',
  notes: 'Changed or left out',
  notHere: (image: string) =>
    `${image} is not on this machine yet, so its ports and folders aren’t known here. It is pulled when the server is made; fill in below what its page says.`,
  read: (image: string) => `Read from ${image}:`,
  readPorts: (ports: string) => `it listens on ${ports}`,
  readFolder: (folder: string) =>
    `it keeps its data in ${folder}, which is where this server’s files will be`,
  moreFolders: (folders: string) =>
    `it keeps data in ${folders}, too: that is lost with the next start unless a folder is mounted there in the server’s settings`,
  readUser: (user: string) => `it runs as ${user}`,
  readNothing: 'it says nothing of ports and folders',
} as const;
