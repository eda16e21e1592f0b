/** Bytes in a mebibyte: what the interface, as people do, calls MB. */
export const MiB = 1024 * 1024;
