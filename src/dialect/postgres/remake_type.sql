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
    -- the columns that have the type, or an array of it, or its multirange
    SELECT coalesce(jsonb_agg(jsonb_build_object('tab', a.attrelid::regclass::text, 'rel', a.attrelid, 'num', a.attnum,
               'col', a.attname, 'ty', format_type(a.atttypid, a.atttypmod), 'dflt', pg_get_expr(d.adbin, d.adrelid))
               ORDER BY a.attrelid, a.attnum), '[]')
    INTO columns_of
    FROM pg_attribute a
    JOIN pg_class r ON r.oid = a.attrelid AND r.relkind IN ('r', 'p') AND NOT r.relispartition
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.attgenerated = ''
    WHERE NOT a.attisdropped AND a.attinhcount = 0
      AND coalesce((SELECT rngtypid FROM pg_range WHERE rngmultitypid = t.oid),
                   CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END) = was;

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

{statements}    IF note IS NOT NULL THEN
        EXECUTE format('COMMENT ON TYPE %s IS %L', {name}, note);
    END IF;
    FOR c IN SELECT * FROM jsonb_to_recordset(columns_of) AS o(tab text, col name, ty text) LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I TYPE %s USING %I::text::%s', c.tab, c.col, c.ty, c.col, c.ty);
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