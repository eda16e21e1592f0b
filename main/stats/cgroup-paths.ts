import { parseMountinfo } from '../lib/mountinfo.ts';

/** One mounted cgroup hierarchy. `controllers` of v1, such as `memory`; v2 has one hierarchy for all. */
export interface CgroupMount {
  version: 1 | 2;
  controllers: string[];
  /** Which part of the hierarchy is mounted; `/` but in containers and bind mounts. */
  root: string;
  mountPoint: string;
}

/** Where a container's files of one controller are. */
export interface CgroupFolder {
  version: 1 | 2;
  folder: string;
}

/** The cgroup mounts among the lines of /proc/self/mountinfo. */
export function cgroupMounts(text: string): CgroupMount[] {
  return parseMountinfo(text).flatMap(({ type, root, point: mountPoint, options }): CgroupMount[] => {
    if (type === 'cgroup2') return [{ version: 2, controllers: [], root, mountPoint }];
    return type === 'cgroup' ? [{ version: 1, controllers: options, root, mountPoint }] : [];
  });
}

/** /proc/PID/cgroup: v1's path of each controller (`4:cpu,cpuacct:/a` gives two), and v2's (`0::/a`) if there is one. */
export function parseProcCgroup(text: string): { v1: Map<string, string>; v2: string | null } {
  const v1 = new Map<string, string>();
  let v2: string | null = null;
  for (const line of text.split('\n')) {
    const match = /^(\d+):([^:]*):(\/.*)$/.exec(line);
    if (match === null) continue;
    const [, id, controllers = '', path = ''] = match;
    if (id === '0' && controllers === '') v2 = path;
    else for (const controller of controllers.split(',')) v1.set(controller, path);
  }
  return { v1, v2 };
}

/**
 * The container's own cgroup: the path down to the part that names the container (`/docker/ID`,
 * `/system.slice/docker-ID.scope`), without what a program inside nests below it (`…/init.scope`), since a cgroup's
 * figures include its children's. Null if no part has the id: then the process isn't that container's (its pid is one of
 * another machine, such as Docker Desktop's), and the files would be a stranger's.
 */
export function containerCgroup(path: string, containerId: string): string | null {
  // 12 digits is the shortest id Docker itself shows; less could match by chance.
  if (containerId.length < 12) return null;
  const parts = path.split('/');
  const index = parts.findIndex((part) => part.includes(containerId));
  if (index === -1 || parts.includes('..')) return null;
  return parts.slice(0, index + 1).join('/');
}

/**
 * The folder with a controller's files. v1 wins where it has the controller: on a hybrid system the v2 tree is there too
 * but without controllers. v2 has the files of all controllers in one folder.
 * Null if it is not to be found.
 */
export function findCgroupFolder(options: {
  mounts: CgroupMount[];
  procCgroup: { v1: Map<string, string>; v2: string | null };
  containerId: string;
  /** v1's name: `cpuacct`, `memory`, `blkio`. */
  controller: string;
}): CgroupFolder | null {
  const { mounts, procCgroup, containerId, controller } = options;
  const v1Path = procCgroup.v1.get(controller);
  const version = v1Path === undefined ? 2 : 1;
  const path = containerCgroup(v1Path ?? procCgroup.v2 ?? '', containerId);
  if (path === null) return null;
  for (const mount of mounts) {
    if (mount.version !== version || (version === 1 && !mount.controllers.includes(controller))) continue;
    const root = mount.root === '/' ? '' : mount.root;
    if (path !== root && !path.startsWith(`${root}/`)) continue;
    return { version, folder: mount.mountPoint + path.slice(root.length) };
  }
  return null;
}
