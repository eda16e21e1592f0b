// The two containers of icons, both of which hold plain PNG files.

/** A Windows icon of `{ size, png }`, 16 to 256 pixels. */
export function icoFile(images) {
  const head = Buffer.alloc(6 + 16 * images.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  for (const [index, { size, png }] of images.entries()) {
    const at = 6 + 16 * index;
    // 256 does not fit into its byte and is written as 0.
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(png.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += png.length;
  }
  return Buffer.concat([head, ...images.map(({ png }) => png)]);
}

/** Names of the places in a macOS icon that take PNG, by their pixels. */
const icnsPlaces = {
  32: ['ic11'],
  64: ['ic12'],
  128: ['ic07'],
  256: ['ic13', 'ic08'],
  512: ['ic14', 'ic09'],
  1024: ['ic10'],
};
/** All sizes that a macOS icon wants. */
export const icnsSizes = Object.keys(icnsPlaces).map(Number);

/** A macOS icon of `{ size, png }`, in the sizes of `icnsSizes`. */
export function icnsFile(images) {
  const entries = images.flatMap(({ size, png }) =>
    icnsPlaces[size].map((place) => {
      const head = Buffer.alloc(8);
      head.write(place, 'latin1');
      head.writeUInt32BE(8 + png.length, 4);
      return Buffer.concat([head, png]);
    }),
  );
  const body = Buffer.concat(entries);
  const head = Buffer.alloc(8);
  head.write('icns', 'latin1');
  head.writeUInt32BE(8 + body.length, 4);
  return Buffer.concat([head, body]);
}
