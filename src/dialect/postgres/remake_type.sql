DO $tablewright$
DECLARE
    was CONSTANT oid := {name}::regtype;
    columns_of jsonb;
    drops text[];
    adds text[];
    c record;
    step text;
    note CONSTANT text := obj_description(was, 'pg_type');
BEGIN
    -- the columns that have the type, an array of it, its multirange, or a composite type with such a
    -- field, and those fields: the server changes no field of a type that a column has
    WITH RECURSIVE typed AS (
        SELECT t.oid, coalesce((SELECT rngtypid FROM pg_range WHERE rngmultitypid = t.oid),
                               CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END) AS part
        FROM pg_type t
    ), reached AS (
        SELECT was AS oid
      UNION
        SELECT r.reltype
        FROM reached JOIN typed ON typed.part = reached.oid
        JOIN pg_attribute a ON a.atttypid = typed.oid AND NOT a.attisdropped
        JOIN pg_class r ON r.oid = a.attrelid AND r.relkind = 'c'
    )
    SELECT coalesce(jsonb_agg(jsonb_build_object('tab', a.attrelid::regclass::text, 'rel', a.attrelid, 'num', a.attnum,
               'col', a.attname, 'ty', format_type(a.atttypid, a.atttypmod), 'dflt', pg_get_expr(d.adbin, d.adrelid),
               'field', r.relkind = 'c', 'aside', r.relkind = 'c' OR typed.part <> was OR w.typtype = 'r')
               ORDER BY a.attrelid, a.attnum), '[]')
    INTO columns_of
    FROM pg_attribute a
    JOIN pg_class r ON r.oid = a.attrelid AND r.relkind IN ('r', 'p', 'c') AND NOT r.relispartition
    JOIN typed ON typed.oid = a.atttypid
    JOIN reached ON reached.oid = typed.part
    JOIN pg_type w ON w.oid = was
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.attgenerated = ''
    WHERE NOT a.attisdropped AND a.attinhcount = 0;

    -- conditions and indexes that speak of them by an expression
    SELECT array_agg(x.down ORDER BY x.at), array_agg(x.up ORDER BY x.at) || array_agg(x.note ORDER BY x.at) INTO drops, adds
    FROM (
        SELECT k.oid AS at,
               format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname) AS down,
               format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid)) AS up,
               format('COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, k.conrelid::regclass, n.description) AS note
        FROM pg_constraint k
        LEFT JOIN pg_description n ON n.classoid = 'pg_constraint'::regclass AND n.objoid = k.oid
        WHERE k.contype IN ('c', 'x') AND k.conrelid <> 0 AND k.coninhcount = 0
          AND EXISTS (SELECT FROM jsonb_to_recordset(columns_of) AS o(rel oid, num int2)
                      WHERE o.rel = k.conrelid AND o.num = ANY (k.conkey))
      UNION ALL
        SELECT i.indexrelid,
               format('DROP INDEX %s', i.indexrelid::regclass),
               pg_get_indexdef(i.indexrelid),
               format('COMMENT ON INDEX %s IS %L', i.indexrelid::regclass, n.description)
        FROM pg_index i
        JOIN pg_class x ON x.oid = i.indexrelid AND NOT x.relispartition
        LEFT JOIN pg_description n ON n.classoid = 'pg_class'::regclass AND n.objoid = i.indexrelid AND n.objsubid = 0
        WHERE (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL)
          AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
          AND EXISTS (SELECT FROM jsonb_to_recordset(columns_of) AS o(rel oid, num int2)
                      JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                       AND d.refclassid = 'pg_class'::regclass AND d.refobjid = o.rel AND d.refobjsubid = o.num)
    ) x;
    FOREACH step IN ARRAY coalesce(drops, '{}') LOOP
        EXECUTE step;
    END LOOP;
    FOR c IN SELECT * FROM jsonb_to_recordset(columns_of) AS o(tab text, col name, dflt text) WHERE dflt IS NOT NULL LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', c.tab, c.col);
    END LOOP;

    -- the server can't keep these meanwhile: their text waits
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
{gone}
    FOR c IN SELECT * FROM jsonb_to_recordset(columns_of) AS o(tab text, col name, dflt text) WHERE dflt IS NOT NULL LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', c.tab, c.col, c.dflt);
    END LOOP;
    FOREACH step IN ARRAY coalesce(adds, '{}') LOOP
        CONTINUE WHEN step LIKE 'COMMENT ON %' AND step LIKE '% IS NULL';
        EXECUTE step;
    END LOOP;
END
$tablewright$