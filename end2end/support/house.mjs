// Where things are, so that no other file knows the layout.

import { fileURLToPath, pathToFileURL } from 'node:url';

const root = new URL('../../', import.meta.url);

export const at = (name) => fileURLToPath(new URL(name, root));

export const program = {
  portal: at('target/release/portal'),
  evidence: at('target/release/evidence'),
  chromium: process.env.CHROMIUM ?? '/usr/bin/chromium',
};
export const site = at('target/site');
export const vectors = at('evidence/vectors');
export const verifier = { path: at('target/site/verifier.html'), address: pathToFileURL(at('target/site/verifier.html')).href };
