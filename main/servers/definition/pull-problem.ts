const host = /^([^/]*[.:][^/]*|localhost)\//;

/** Who gives an image of that name, as people call it. Pure. */
export function registryName(image: string): string {
  const name = host.exec(image)?.[1];
  return name === undefined || /^(index\.|registry-1\.)?docker\.io$/.test(name) ? 'Docker Hub' : name;
}

/** In this order: the engine often says one thing inside of another. `of` is the registry. */
const problems: readonly { says: RegExp; words: (of: string) => string }[] = [
  {
    says: /no space left|disk quota exceeded/i,
    words: () => 'the disk of this machine is full. Make room, then try again',
  },
  {
    says: /toomanyrequests|rate limit|429 too many/i,
    words: (of) => `${of} allows no more downloads for now. Try again in some hours`,
  },
  {
    says: /no matching manifest for ([\w/.-]+)|does not match the (?:specified|detected) (?:host )?platform/i,
    words: (of) => `${of} has it for other kinds of processors only. Choose another tag or image`,
  },
  {
    says: /manifest (?:for .{1,200} )?(?:unknown|not found)|not found: manifest|repository .{1,200} not found/i,
    words: (of) => `${of} has no image of that name and tag. Check both`,
  },
  {
    says: /pull access denied|repository does not exist|unauthorized|authentication required|denied: /i,
    words: (of) => `${of} has no such image, or it is private. Check its name`,
  },
  { says: /invalid reference format/i, words: () => 'that is no name of an image. Check it' },
  {
    says: /x509|certificate/i,
    words: (of) =>
      `the certificate of ${of} isn't accepted. Check this machine's clock, and whether a proxy stands between`,
  },
  {
    says: /no such host|name resolution|server misbehaving|name or service not known/i,
    words: (of) =>
      `${of} can't be found, since this machine resolves no names (DNS). Check the internet connection`,
  },
  {
    says: /the registry said nothing/i,
    words: (of) => `${of} doesn't answer. Check the internet connection, or try again later`,
  },
  {
    says: /dial tcp|timeout|connection (?:refused|reset)|unreachable|no route to host|unexpected EOF|deadline exceeded/i,
    words: (of) => `${of} can't be reached. Check the internet connection`,
  },
  {
    says: /\b50[0234]\b|bad gateway|service unavailable|internal server error/i,
    words: (of) => `${of} has trouble of its own. Try again later`,
  },
];

/** What is wrong and what to do, in words for people and without a full stop, out of what an engine says of a pull that failed. Pure. */
export function pullProblem(image: string, engineWords: string): string {
  const of = registryName(image);
  const known = problems.find(({ says }) => says.test(engineWords));
  return known?.words(of) ?? `${of} didn't give it. Try again, or choose another image`;
}
