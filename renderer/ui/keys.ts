/** The key of most shortcuts, as it is printed on this machine's keyboard. */
export const modKey = /mac|iphone|ipad/i.test(navigator.platform) ? '⌘' : 'Ctrl';
