// The demo's system of record, read past the portal.

import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import initSqlJs from 'sql.js';

const wasm = createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm');

/** Runs a query on a copy of the database as it is on disk now. */
async function rows(portal, sql, values = []) {
  const { Database } = await initSqlJs({ locateFile: () => wasm });
  const database = new Database(await onDisk(join(portal.data, 'crm.db')));
  try {
    const statement = database.prepare(sql, values);
    const found = [];
    while (statement.step()) found.push(statement.getAsObject());
    statement.free();
    return found;
  } finally {
    database.close();
  }
}

/** The database with its write-ahead log applied, as SQLite's file format has it. */
async function onDisk(path) {
  const log = await readFile(`${path}-wal`).catch(() => Buffer.alloc(0));
  let database = await readFile(path);
  const size = log.length > 32 ? log.readUInt32BE(8) : 0;
  const salt = log.subarray(16, 24);
  let pages = [];
  for (let frame = 32; size && frame + 24 + size <= log.length; frame += 24 + size) {
    if (!log.subarray(frame + 8, frame + 16).equals(salt)) break;
    pages.push([log.readUInt32BE(frame), log.subarray(frame + 24, frame + 24 + size)]);
    const committed = log.readUInt32BE(frame + 4);
    if (committed === 0) continue;
    const whole = Buffer.alloc(committed * size);
    database.copy(whole);
    for (const [number, page] of pages) page.copy(whole, (number - 1) * size);
    [database, pages] = [whole, []];
  }
  // What reads it has no write-ahead log, so the header must not ask for one.
  database.fill(1, 18, 20);
  return database;
}

/** One record, or undefined. */
export async function record(portal, table, id) {
  return (await rows(portal, `select * from ${table} where id = ?`, [id]))[0];
}

/** Everything that tenants have, to show that nothing changed. */
export async function everything(portal) {
  const tables = ['companies', 'contacts', 'tickets', 'invoices'];
  return Object.fromEntries(
    await Promise.all(tables.map(async (table) => [table, await rows(portal, `select * from ${table} order by id`)])),
  );
}
