// `node run-sql.mjs LOCATION SQL`: runs statements one after the other, each in its own commit, on a PostgreSQL server or a
// SQLite file. Writes an array: for each statement the number of rows it found, or null for one that is no question.
import Database from 'better-sqlite3';
import pg from 'pg';

const [location, text] = process.argv.slice(2);
const run = /^postgres(ql)?:/.test(location) ? onPostgres : onSqlite;
console.log(JSON.stringify(await run(split(text))));

/** Statements end with a semicolon at the end of a line. */
function split(sql) {
  return sql
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement.replace(/^--.*$/gm, '').trim() !== '');
}

async function onPostgres(statements) {
  const client = new pg.Client(location);
  await client.connect();
  const found = [];
  for (const statement of statements) {
    const { fields, rows } = await client.query(statement);
    found.push(fields.length === 0 ? null : rows.length);
  }
  await client.end();
  return found;
}

async function onSqlite(statements) {
  const client = new Database(location, { fileMustExist: true });
  return statements.map((statement) => {
    const prepared = client.prepare(statement);
    if (prepared.reader) return prepared.all().length;
    prepared.run();
    return null;
  });
}
