// The state hashes again, by the specification alone.

import { createHash } from 'node:crypto';

const sha256 = (text) => createHash('sha256').update(text);

/** RFC 8785 for what a receipt holds: objects, lists, text, whole numbers. JavaScript orders text as the RFC asks. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}

/** The digest of one disclosure, `[salt, column, value]`. */
export const disclosureDigest = (disclosure) =>
  sha256(Buffer.from(canonical(disclosure)).toString('base64url')).digest('base64url');

/** The hash of a state, from each column's digest. */
export const stateHash = (digests) => `sha256:${sha256(canonical(digests)).digest('hex')}`;

/** A cell's digest: computed if the cell is open, stated if it is sealed. */
export const cellDigest = (column, cell) =>
  'open' in cell ? disclosureDigest([cell.open.salt, column, cell.open.value]) : cell.sealed;
