// A database of one's own on the PostgreSQL that the tests were given.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';

/** The cluster, as `cargo xtask test` gives it. */
const cluster = () => {
  if (!process.env.TEST_POSTGRES_URL) throw new Error('TEST_POSTGRES_URL must name a PostgreSQL for the tests');
  return new URL(process.env.TEST_POSTGRES_URL);
};

/** Runs SQL in this database. */
async function run(url, sql) {
  const program = process.env.PSQL ?? 'psql';
  const flags = ['--no-psqlrc', '--quiet', '--set', 'ON_ERROR_STOP=1', '--command', sql, url];
  const psql = spawn(program, flags, { stdio: ['ignore', 'ignore', 'pipe'] });
  const [[code], error] = await Promise.all([once(psql, 'close'), text(psql.stderr)]);
  if (code !== 0) throw new Error(`psql: ${error}`);
}

/** A new database with these tables. */
export async function database(sql) {
  const url = cluster();
  const name = `story_${randomBytes(6).toString('hex')}`;
  await run(url.href, `create database ${name}`);
  url.pathname = `/${name}`;
  await run(url.href, sql);
  return {
    /** As a person would type it: the password goes into a field of its own. */
    address: `postgres://${url.username}@${url.host}${url.pathname}`,
    run: (more) => run(url.href, more),
    drop: () => run(cluster().href, `drop database ${name} with (force)`),
  };
}
