// A portal on its first day, with nothing in it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { program, site } from './house.mjs';

/** A portal that nobody has set up, and the link that it prints. */
export async function unclaimed(story) {
  const data = await mkdtemp(join(tmpdir(), 'portal-'));
  const flags = ['serve', '--data', data, '--listen', '127.0.0.1:0', '--site', site];
  const running = spawn(program.portal, flags, { stdio: ['ignore', 'pipe', 'ignore'] });
  story.after(async () => {
    const gone = once(running, 'exit');
    running.kill('SIGTERM');
    await gone;
    await rm(data, { recursive: true });
  });
  let printed = '';
  for await (const bytes of running.stdout.iterator({ destroyOnReturn: false })) {
    printed += bytes;
    const link = printed.match(/^set up (http:\S+)$/m);
    if (link) {
      running.stdout.resume();
      return link[1];
    }
  }
  throw new Error('the portal printed no link');
}
