DO $tablewright$
DECLARE
    old_type CONSTANT oid := {name}::regtype;
    columns_of jsonb;
    computed jsonb;
    part_drops text[];
    part_adds text[];
    column_drops text[];
    column_adds text[];
    c record;
    step text;
    note CONSTANT text := obj_description(old_type, 'pg_type');
BEGIN
    -- the columns that have the type, an array of it, its multirange, or a composite type with such a
    -- field, and these fields: the server does not change a field of a type that a column has
    WITH RECURSIVE typed AS (
        SELECT t.oid, coalesce((SELECT rngtypid FROM pg_range WHERE rngmultitypid = t.oid),
                               CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END) AS part
        FROM pg_type t
    ), reached AS (
        SELECT old_type AS oid
      UNION
        SELECT r.reltype
        FROM reached JOIN typed ON typed.part = reached.oid
        JOIN pg_attribute a ON a.atttypid = typed.oid AND NOT a.attisdropped
        JOIN pg_class r ON r.oid = a.attrelid AND r.relkind = 'c'
    )
    SELECT coalesce(jsonb_agg(jsonb_build_object('tab', a.attrelid::regclass::text, 'rel', a.attrelid, 'num', a.attnum,
               'col', a.attname, 'ty', format_type(a.atttypid, a.atttypmod), 'dflt', pg_get_expr(d.adbin, d.adrelid),
               'gen', a.attgenerated <> '', 'field', r.relkind = 'c', 'aside', r.relkind = 'c' OR typed.part <> old_type OR w.typtype = 'r')
               ORDER BY a.attrelid, a.attnum), '[]')
    INTO columns_of
    FROM pg_attribute a
    JOIN pg_class r ON r.oid = a.attrelid AND r.relkind IN ('r', 'p', 'c') AND NOT r.relispartition
    JOIN typed ON typed.oid = a.atttypid
    JOIN reached ON reached.oid = typed.part
    JOIN pg_type w ON w.oid = old_type
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.attgenerated = ''
    WHERE NOT a.attisdropped AND a.attinhcount = 0;

    -- the generated columns among them, the generated columns that use one of them, and the columns of the
    -- same names in child tables: they are dropped and added again
    WITH RECURSIVE affected AS (
        SELECT g.attrelid AS rel, g.attname AS name
        FROM jsonb_to_recordset(columns_of) AS o(rel oid, num int2, gen bool)
        JOIN pg_attribute g ON g.attrelid = o.rel AND g.attgenerated <> ''
        JOIN pg_attrdef e ON e.adrelid = g.attrelid AND e.adnum = g.attnum
        WHERE o.gen AND g.attnum = o.num
           OR EXISTS (SELECT FROM pg_depend p
                      WHERE p.refclassid = 'pg_class'::regclass AND p.refobjid = o.rel AND p.refobjsubid = o.num
                        AND (p.classid, p.objid, p.objsubid) IN (('pg_class'::regclass, g.attrelid, g.attnum),
                                                                 ('pg_attrdef'::regclass, e.oid, 0)))
      UNION
        SELECT i.inhrelid, affected.name
        FROM affected JOIN pg_inherits i ON i.inhparent = affected.rel
    )
    SELECT coalesce(jsonb_agg(jsonb_build_object('rel', a.attrelid, 'num', a.attnum)), '[]') INTO computed
    FROM affected JOIN pg_attribute a ON a.attrelid = affected.rel AND a.attname = affected.name;
    SELECT coalesce(jsonb_agg(o), '[]') INTO columns_of
    FROM jsonb_array_elements(columns_of) o WHERE NOT (o ->> 'gen')::bool;

    SELECT array_agg(format('ALTER TABLE %s DROP COLUMN %I', a.attrelid::regclass, a.attname)),
           array_agg(format('ALTER TABLE %s ADD COLUMN %I %s%s GENERATED ALWAYS AS (%s) %s%s', a.attrelid::regclass,
               a.attname, format_type(a.atttypid, a.atttypmod),
               CASE WHEN a.attcollation <> t.typcollation THEN format(' COLLATE %s', a.attcollation::regcollation) END,
               pg_get_expr(e.adbin, e.adrelid), CASE a.attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END,
               -- since PostgreSQL 18 it is a constraint with a name
               CASE WHEN a.attnotnull AND NOT EXISTS (SELECT FROM pg_constraint n WHERE n.contype = 'n'
                    AND n.conrelid = a.attrelid AND n.conkey = ARRAY[a.attnum]) THEN ' NOT NULL' END)
               ORDER BY a.attrelid, a.attnum)
    INTO column_drops, column_adds
    FROM jsonb_to_recordset(computed) AS o(rel oid, num int2)
    JOIN pg_attribute a ON a.attrelid = o.rel AND a.attnum = o.num AND a.attinhcount = 0
    JOIN pg_type t ON t.oid = a.atttypid
    JOIN pg_attrdef e ON e.adrelid = a.attrelid AND e.adnum = a.attnum;
    SELECT column_adds || array_agg(format('ALTER TABLE ONLY %s ALTER COLUMN %I SET %s', a.attrelid::regclass, a.attname, setting.clause))
               FILTER (WHERE setting.clause IS NOT NULL)
           || array_agg(format('COMMENT ON COLUMN %s.%I IS %L', a.attrelid::regclass, a.attname, setting.comment))
               FILTER (WHERE setting.comment IS NOT NULL)
    INTO column_adds
    FROM jsonb_to_recordset(computed) AS o(rel oid, num int2)
    JOIN pg_attribute a ON a.attrelid = o.rel AND a.attnum = o.num
    JOIN pg_type t ON t.oid = a.atttypid
    CROSS JOIN LATERAL (VALUES
        (CASE WHEN a.attstattarget >= 0 THEN format('STATISTICS %s', a.attstattarget) END, NULL),
        (CASE WHEN a.attstorage <> t.typstorage THEN 'STORAGE ' || CASE a.attstorage
             WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END, NULL),
        (CASE a.attcompression WHEN 'p' THEN 'COMPRESSION pglz' WHEN 'l' THEN 'COMPRESSION lz4' END, NULL),
        ('(' || array_to_string(a.attoptions, ', ') || ')', col_description(a.attrelid, a.attnum))
    ) AS setting(clause, comment);

    -- constraints and indexes with an expression on the columns, and all on generated columns; foreign keys are
    -- dropped first and added last, and a NOT NULL is dropped after a replica identity that requires it
    SELECT array_agg(x.down ORDER BY x.refers DESC, x.filled, x.at),
           array_agg(x.up ORDER BY x.refers, x.at) || array_agg(x.note ORDER BY x.at)
           || array_agg(format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', i.indrelid::regclass, n.relname))
              FILTER (WHERE i.indisreplident)
           || array_agg(format('ALTER TABLE %s CLUSTER ON %I', i.indrelid::regclass, n.relname)) FILTER (WHERE i.indisclustered)
    INTO part_drops, part_adds
    FROM (
        SELECT k.oid AS at, k.contype = 'f' AS refers, k.contype = 'n' AS filled,
               CASE WHEN k.contype IN ('p', 'u', 'x') THEN k.conindid END AS index,
               format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname) AS down,
               format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid)) AS up,
               format('COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, k.conrelid::regclass, n.description) AS note
        FROM pg_constraint k
        LEFT JOIN pg_description n ON n.classoid = 'pg_constraint'::regclass AND n.objoid = k.oid
        WHERE k.conrelid <> 0 AND k.coninhcount = 0
          AND (k.contype IN ('c', 'x')
               AND EXISTS (SELECT FROM jsonb_to_recordset(columns_of) AS o(rel oid, num int2)
                           WHERE o.rel = k.conrelid AND o.num = ANY (k.conkey))
               OR k.contype <> 't'
               AND EXISTS (SELECT FROM jsonb_to_recordset(computed) AS o(rel oid, num int2)
                           WHERE o.rel = k.conrelid AND o.num = ANY (k.conkey)
                              OR o.rel = k.confrelid AND o.num = ANY (k.confkey)))
      UNION ALL
        SELECT i.indexrelid, false, false, i.indexrelid,
               format('DROP INDEX %s', i.indexrelid::regclass),
               -- the server shows the index of a partitioned table with ONLY, which would exclude the partitions
               CASE x.relkind WHEN 'I' THEN overlay(shown.definition PLACING shown.start || ' ON ' FROM 1 FOR length(shown.start) + 9)
                    ELSE shown.definition END,
               format('COMMENT ON INDEX %s IS %L', i.indexrelid::regclass, n.description)
        FROM pg_index i
        JOIN pg_class x ON x.oid = i.indexrelid AND NOT x.relispartition
        LEFT JOIN pg_description n ON n.classoid = 'pg_class'::regclass AND n.objoid = i.indexrelid AND n.objsubid = 0
        CROSS JOIN LATERAL (SELECT pg_get_indexdef(i.indexrelid),
            format('CREATE %sINDEX %I', CASE WHEN i.indisunique THEN 'UNIQUE ' END, x.relname)) AS shown(definition, start)
        WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
          AND EXISTS (SELECT FROM (
                          SELECT * FROM jsonb_to_recordset(columns_of) AS o(rel oid, num int2)
                          WHERE i.indexprs IS NOT NULL OR i.indpred IS NOT NULL
                        UNION
                          SELECT * FROM jsonb_to_recordset(computed) AS o(rel oid, num int2)
                      ) o
                      JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                       AND d.refclassid = 'pg_class'::regclass AND d.refobjid = o.rel AND d.refobjsubid = o.num)
    ) x
    LEFT JOIN pg_index i ON i.indexrelid = x.index
    LEFT JOIN pg_class n ON n.oid = x.index;
    FOREACH step IN ARRAY coalesce(part_drops, '{}') LOOP
        EXECUTE step;
    END LOOP;
    FOR c IN SELECT * FROM jsonb_to_recordset(columns_of) AS o(tab text, col name, dflt text) WHERE dflt IS NOT NULL LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', c.tab, c.col);
    END LOOP;

    FOREACH step IN ARRAY coalesce(column_drops, '{}') LOOP
        EXECUTE step;
    END LOOP;

    -- the server can't keep these types meanwhile; the values are stored as text
    FOR c IN SELECT * FROM jsonb_to_recordset(columns_of) AS o(tab text, col name, field bool, aside bool)
             WHERE aside ORDER BY field LOOP
        IF c.field THEN
            EXECUTE format('ALTER TYPE %s ALTER ATTRIBUTE %I TYPE text', c.tab, c.col);
        ELSE
            EXECUTE format('ALTER TABLE %s ALTER COLUMN %I TYPE text USING %I::text', c.tab, c.col, c.col);
        END IF;
    END LOOP;

{statements}    IF note IS NOT NULL THEN
        EXECUTE format('COMMENT ON TYPE %s IS %L', {name}, note);
    END IF;
    FOR c IN SELECT * FROM jsonb_to_recordset(columns_of) AS o(tab text, col name, ty text, field bool)
             ORDER BY field DESC LOOP
        IF c.field THEN
            EXECUTE format('ALTER TYPE %s ALTER ATTRIBUTE %I TYPE %s', c.tab, c.col, c.ty);
        ELSE
            EXECUTE format('ALTER TABLE %s ALTER COLUMN %I TYPE %s USING %I::text::%s', c.tab, c.col, c.ty, c.col, c.ty);
        END IF;
    END LOOP;
{drop_old}
    FOR c IN SELECT * FROM jsonb_to_recordset(columns_of) AS o(tab text, col name, dflt text) WHERE dflt IS NOT NULL LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', c.tab, c.col, c.dflt);
    END LOOP;
    FOREACH step IN ARRAY coalesce(column_adds, '{}') || coalesce(part_adds, '{}') LOOP
        CONTINUE WHEN step LIKE 'COMMENT ON %' AND step LIKE '% IS NULL';
        EXECUTE step;
    END LOOP;
END
$tablewright$