// The demo's system of record, read past the portal.

import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import initSqlJs from 'sql.js';

const wasm = createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm');

/** Runs a query on a copy of the database as it is on disk now. */
async function rows(portal, sql, values = []) {
  const { Database } = await initSqlJs({ locateFile: () => wasm });
  const database = new Database(await readFile(join(portal.data, 'crm.db')));
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
