// The command `evidence`, and what receipts say.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { program, vectors } from './house.mjs';

/** Runs `evidence verify` on these bytes. */
export async function verify(pack, { key, since } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'pack-'));
  try {
    const file = join(folder, 'pack.evidencepack');
    await writeFile(file, pack);
    const flags = ['verify', file, '--json', ...(key ? ['--key', key] : [])];
    if (since) {
      const kept = join(folder, 'kept.checkpoint');
      await writeFile(kept, since);
      flags.push('--since', kept);
    }
    return await run(flags);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Its exit code, and its report if it gave one. */
async function run(flags) {
  const command = spawn(program.evidence, flags, { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(command, 'close');
  const [out, error, [code]] = await Promise.all([text(command.stdout), text(command.stderr), exited]);
  return { code, report: out === '' ? undefined : JSON.parse(out), error };
}

/** The files of a pack by name. They are stored as they are, one after another, so this is all it takes. */
export function files(pack) {
  const found = {};
  for (let place = 0; pack.readUInt32LE(place) === 0x04034b50; ) {
    const [size, name, extra] = [pack.readUInt32LE(place + 18), pack.readUInt16LE(place + 26), pack.readUInt16LE(place + 28)];
    const begin = place + 30 + name + extra;
    found[pack.toString('utf8', place + 30, place + 30 + name)] = pack.subarray(begin, begin + size);
    place = begin + size;
  }
  return found;
}

/** What a DSSE envelope says. */
export const said = (receipt) => JSON.parse(Buffer.from(receipt.payload, 'base64').toString('utf8'));

/** The vectors that are whole packs. */
export function packs() {
  const cases = readdirSync(vectors, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return cases
    .map(({ name }) => ({ name, ...JSON.parse(readFileSync(join(vectors, name, 'case.json'), 'utf8')) }))
    .filter(({ kind }) => kind === undefined);
}

export const packOf = ({ name }) => readFile(join(vectors, name, 'pack.evidencepack'));
