// How long Chromium takes for what the command does natively, from one run: `node bench.mjs [PACK FINGERPRINT]`.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { launch } from './support/browser.mjs';
import { program } from './support/house.mjs';
import { Portal } from './support/portal.mjs';
import { openSealed } from './support/sealed.mjs';

const ROUNDS = 3;
const WRITES = 5_000;
const AT_ONCE = 64;

/** The pack and the fingerprint that were named, or a demo's log that has grown. */
async function subject() {
  const [path = process.env.PACK, key = process.env.FINGERPRINT] = process.argv.slice(2);
  if (path) return { bytes: readFileSync(path), key };
  const portal = await Portal.start();
  try {
    await grow(portal);
    return { bytes: await portal.pack('acme'), key: portal.card.fingerprint };
  } finally {
    await portal.stop();
  }
}

/** Lets the log grow by real writes, so that what is measured is not the start. */
async function grow(portal) {
  let sent = 0;
  const client = async () => {
    while ((sent += 1) <= WRITES) {
      const id = `t-${1001 + (sent % 80)}`;
      const write = { agent: 'support-agent', operation: 'update', table: 'tickets', records: [{ id }], set: { priority: 1 + (sent % 4) } };
      await portal.decide({ tenant: 'acme', connector: 'crm', reason: 'to be measured', ...write });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
}

/** The command's time in milliseconds, and what it said. */
function native(file, key) {
  const begin = performance.now();
  const report = execFileSync(program.evidence, ['verify', file, '--json', ...(key ? ['--key', key] : [])], {
    maxBuffer: 1 << 30,
  });
  return { time: performance.now() - begin, report: JSON.parse(report) };
}

/** The page's time from choosing the file to the answer, to the first sign of progress, and its longest task. */
async function sealed(browser, file, key) {
  const page = await openSealed(browser);
  await page.locator('#fingerprint').fill(key ?? '');
  await page.evaluate(() => {
    const root = document.documentElement;
    const tasks = [0];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      entryTypes: ['longtask'],
    });
    window.measured = new Promise((resolve) => {
      let begin;
      let progress;
      document.getElementById('pack').addEventListener('change', () => (begin = performance.now()), { capture: true });
      new MutationObserver(() => {
        const now = performance.now();
        if (root.dataset.state === 'checking') progress ??= now - begin;
        else if (root.dataset.state !== 'not-checked') {
          // The observer of tasks hears of one after it has ended.
          setTimeout(() => resolve({ time: now - begin, progress, longest: Math.max(...tasks) }), 100);
        }
      }).observe(root, { attributes: true });
    });
  });
  await page.locator('#pack').setInputFiles(file);
  const measured = await page.evaluate(() => window.measured);
  await page.context().close();
  return measured;
}

const fastest = (runs) => runs.reduce((best, run) => (run.time < best.time ? run : best));

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const browser = await launch();
try {
  const { bytes, key } = await subject();
  const file = join(folder, 'bench.evidencepack');
  writeFileSync(file, bytes);
  const natives = Array.from({ length: ROUNDS }, () => native(file, key));
  const pages = [];
  for (let round = 0; round < ROUNDS; round += 1) pages.push(await sealed(browser, file, key));
  const [command, page] = [fastest(natives), fastest(pages)];
  const { about, state } = command.report;
  const receipts = about ? about.to - about.from + 1 : 0;
  const rate = ({ time }) => Math.round(receipts / (time / 1000));
  console.log(`a pack of ${receipts} receipts, ${bytes.length} bytes: ${state}; the best of ${ROUNDS}`);
  console.log(`native    ${command.time.toFixed(0)} ms, ${rate(command)} receipts/s`);
  console.log(`Chromium  ${page.time.toFixed(0)} ms, ${rate(page)} receipts/s, progress after ${page.progress.toFixed(0)} ms`);
  console.log(`Chromium / native                  ${(page.time / command.time).toFixed(2)} (at most 3)`);
  const longest = Math.max(...pages.map(({ longest }) => longest));
  console.log(`longest task / 100 ms              ${(longest / 100).toFixed(2)} (at most 1; under 0.5 is not told)`);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
