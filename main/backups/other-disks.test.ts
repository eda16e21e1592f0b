import { expect, test } from 'vitest';
import { parseMountinfo } from '../lib/mountinfo.ts';
import { isDisk } from './other-disks.ts';

test('other disks are those that are no part of the system, of memory, or of our own', () => {
  const text = [
    '29 1 8:1 / / rw - ext4 /dev/sda1 rw',
    '40 29 8:17 / /mnt/usb\\040stick rw - exfat /dev/sdb1 rw',
    '41 29 0:50 / /srv/nas rw - nfs4 nas:/export rw',
    '42 29 0:5 / /dev rw - devtmpfs udev rw',
    '43 29 0:24 / /run/user/0 rw - tmpfs tmpfs rw',
    '44 29 8:2 / /boot/efi rw - vfat /dev/sda2 rw',
    '45 29 7:1 / /data/volumes/a rw - ext4 /dev/loop1 rw',
    '46 29 7:2 / /snap/core rw - squashfs /dev/loop2 rw',
    '47 29 8:17 /games /srv/games rw - exfat /dev/sdb1 rw',
  ].join('\n');
  const disks = parseMountinfo(text).filter((mount) => isDisk(mount, '/data/volumes'));
  expect(disks.map(({ point }) => point)).toEqual(['/', '/mnt/usb stick', '/srv/nas']);
});
