export const strings = {
  signOut: 'Sign out',
  title: 'Sign in to this host',
  token: 'Token or pairing link',
  help: 'On the host’s own page, Network shows a link and a QR code for this device. Or use a token; the master token is shown by',
  command: 'lightdeck --token what',
  fromCheckout: 'on the machine itself. Where it was started from its source:',
  checkoutCommand: 'npm run host -- --token what',
  keep: 'Stay signed in on this device',
  submit: 'Connect',
  empty: 'Paste a token or a link first.',
  shape: 'A token begins with lightd_ and has at least 13 more characters. Is all of it there?',
} as const;
