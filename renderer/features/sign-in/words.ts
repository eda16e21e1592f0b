export const words = {
  title: 'Sign in to this host',
  token: 'Token',
  help: 'The host shows its master token with',
  command: 'npm run host -- --token what',
  keep: 'Stay signed in on this device',
  submit: 'Connect',
  empty: 'Paste a token first.',
  shape: 'A token begins with lightd_ and has at least 13 more characters. Is all of it there?',
} as const;
