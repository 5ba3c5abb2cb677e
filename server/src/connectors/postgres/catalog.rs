//! The live schema, as the catalog has it.

use std::collections::{BTreeMap, BTreeSet};

use evidence::name::Identifier;
use sqlx::postgres::PgRow;
use sqlx::postgres::types::Oid;
use sqlx::{PgConnection, Row as _};

use super::form::Form;
use crate::connectors::ConnectorError;
use crate::connectors::live::{LiveColumn, LiveTable, Obstacle};

/// A table, and how the values of its columns are written.
pub struct Described {
    /// What stands for everything that is said of it here: if this is the same, so is the rest.
    pub fingerprint: Option<String>,
    /// The table.
    pub live: LiveTable,
    /// The forms of its columns.
    pub forms: BTreeMap<Identifier, Form>,
}

/// The fingerprint of the table whose name is the text `$name`: whatever its columns, its keys and the view that this role
/// has of it depend on.
macro_rules! fingerprint {
    ($table:literal) => {
        concat!(
            "(select md5(concat_ws(';', f.oid, f.relkind, f.relispartition, row_security_active(f.oid),
                (select string_agg(concat_ws(',', a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull,
                    a.attidentity, a.attgenerated), ';' order by a.attnum)
                    from pg_attribute a where a.attrelid = f.oid and a.attnum > 0 and not a.attisdropped),
                (select string_agg(concat_ws(',', i.indexrelid, i.indisvalid), ';' order by i.indexrelid)
                    from pg_index i where i.indrelid = f.oid and i.indisunique)))
             from pg_class f where f.oid = ",
            $table,
            ")"
        )
    };
}
pub(super) use fingerprint;

/// The tables of these names, or every table that this role can see by its mere name. The fingerprint is read first, so
/// that what changes in between is noticed the next time.
const TABLES: &str = concat!(
    "select c.oid, c.relname::text, ",
    fingerprint!("c.oid"),
    ", case when c.relkind in ('v', 'm') then 'view'
            when c.relkind = 'f' then 'foreign'
            when c.relispartition then 'part'
            when row_security_active(c.oid) then 'row_security' end,
        coalesce((select array_agg(a.attname::text order by k.place)
            from pg_index i, unnest(i.indkey) with ordinality k (attnum, place), pg_attribute a
            where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid and a.attnum = k.attnum), '{}')
     from pg_class c
     where case when $1::text is null
        then c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relname <> 'helm_outbox'
            and c.relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
            and pg_table_is_visible(c.oid) and has_table_privilege(c.oid, 'select')
        else c.relkind in ('r', 'p', 'v', 'm', 'f') and c.oid = to_regclass($1) end
     order by c.relname"
);

/// The stored columns. A domain is as good as what it is made of; its modifier is that of the innermost.
const COLUMNS: &str = "
    with recursive resolved (attrelid, attnum, type, typmod) as (
        select a.attrelid, a.attnum, a.atttypid, a.atttypmod from pg_attribute a
        where a.attrelid = any ($1) and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
        union all
        select r.attrelid, r.attnum, t.typbasetype, t.typtypmod
        from resolved r join pg_type t on t.oid = r.type where t.typtype = 'd'
    )
    select a.attrelid, a.attname::text, format_type(a.atttypid, a.atttypmod), format_type(r.type, null), r.typmod <> -1,
        not a.attnotnull, a.attidentity <> ''
    from resolved r
    join pg_type t on t.oid = r.type and t.typtype <> 'd'
    join pg_attribute a on a.attrelid = r.attrelid and a.attnum = r.attnum
    order by a.attrelid, a.attnum";

/// The sets of columns that can't occur twice.
const UNIQUE: &str = "
    select i.indrelid, array_agg(a.attname::text)
    from pg_index i
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any ((i.indkey::int2[])[0:i.indnkeyatts - 1])
    where i.indrelid = any ($1) and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
    group by i.indrelid, i.indexrelid";

/// The table called `name`, or every table that this role can see.
pub async fn load(
    read: &mut PgConnection,
    name: Option<&Identifier>,
) -> Result<Vec<Described>, ConnectorError> {
    let rows = sqlx::query(TABLES).bind(name.map(regclass)).fetch_all(&mut *read).await?;
    let mut tables: Vec<(Oid, Described)> = rows.iter().map(table).collect::<Result<_, _>>()?;
    let oids: Vec<Oid> = tables.iter().map(|(oid, _)| *oid).collect();
    for row in sqlx::query(COLUMNS).bind(oids.clone()).fetch_all(&mut *read).await? {
        add_column(&mut tables, &row)?;
    }
    for row in sqlx::query(UNIQUE).bind(oids).fetch_all(read).await? {
        let columns: Vec<String> = row.try_get(1)?;
        if let Some(table) = of(&mut tables, row.try_get(0)?) {
            table.live.unique.push(columns.into_iter().collect());
        }
    }
    Ok(tables.into_iter().map(|(_, table)| table).collect())
}

/// How `to_regclass` wants a table named: as a statement would name it.
pub fn regclass(name: &Identifier) -> String {
    format!("\"{name}\"")
}

fn table(row: &PgRow) -> Result<(Oid, Described), sqlx::Error> {
    let live = LiveTable {
        name: row.try_get(1)?,
        columns: Vec::new(),
        primary_key: row.try_get(4)?,
        unique: Vec::<BTreeSet<String>>::new(),
        obstacle: row.try_get::<Option<String>, _>(3)?.map(|word| obstacle(&word)),
    };
    Ok((row.try_get(0)?, Described { fingerprint: row.try_get(2)?, live, forms: BTreeMap::new() }))
}

fn obstacle(word: &str) -> Obstacle {
    match word {
        "foreign" => Obstacle::Foreign,
        "part" => Obstacle::Part,
        "view" => Obstacle::View,
        _ => Obstacle::RowSecurity,
    }
}

fn add_column(tables: &mut [(Oid, Described)], row: &PgRow) -> Result<(), sqlx::Error> {
    let Some(table) = of(tables, row.try_get(0)?) else { return Ok(()) };
    let (name, declared, base): (String, String, String) =
        (row.try_get(1)?, row.try_get(2)?, row.try_get(3)?);
    let form = Form::new(declared.clone(), &base, row.try_get(4)?);
    let kinds = vec![form.kind];
    if let Ok(name) = name.parse() {
        table.forms.insert(name, form);
    }
    let (nullable, identity) = (row.try_get(5)?, row.try_get(6)?);
    table.live.columns.push(LiveColumn { name, declared, kinds, nullable, identity });
    Ok(())
}

fn of(tables: &mut [(Oid, Described)], oid: Oid) -> Option<&mut Described> {
    tables.iter_mut().find(|(known, _)| *known == oid).map(|(_, table)| table)
}
