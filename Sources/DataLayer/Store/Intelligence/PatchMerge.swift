import Domain
import Postgres

/// Vendors' updates on their way into the catalogue. Documents of several months may name one: what each says of
/// it is put together.
enum PatchMerge {
    static let table = """
        CREATE TEMP TABLE stage_patches (
          position bigint GENERATED ALWAYS AS IDENTITY, kb_number text, source text, title text, severity text,
          released timestamptz, restart boolean, link text, supersedes text[], builds text[], products text[],
          vulnerabilities text[], is_servicing_stack boolean
        ) ON COMMIT DROP
        """

    static func staging(_ patches: [Patch]) -> Statement {
        Statement(
            """
            INSERT INTO stage_patches
              (kb_number, source, title, severity, released, restart, link, supersedes, builds, products,
               vulnerabilities, is_servicing_stack)
            SELECT kb_number, source, title, severity, released, restart = 'yes', link,
              string_to_array(supersedes, E'\\n'), string_to_array(builds, E'\\n'), string_to_array(products, E'\\n'),
              string_to_array(vulnerabilities, E'\\n'), is_servicing_stack
            FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[],
              $8::text[], $9::text[], $10::text[], $11::text[], $12::boolean[])
              AS r (kb_number, source, title, severity, released, restart, link, supersedes, builds, products,
                vulnerabilities, is_servicing_stack)
            """,
            [
                .textArray(patches.map { StoredText.clean($0.id) }), .textArray(patches.map(\.source.rawValue)),
                .textArray(patches.map { StoredText.clean($0.title) }),
                .textArray(patches.map(\.severity?.rawValue)), .timestamptzArray(patches.map(\.released)),
                .textArray(patches.map { $0.needsRestart ? "yes" : "no" }),
                .textArray(patches.map { $0.link.map(StoredText.clean) }),
                .textArray(patches.map { StageColumns.lines($0.supersedes) }),
                .textArray(patches.map { StageColumns.lines($0.builds) }),
                .textArray(patches.map { StageColumns.lines($0.products) }),
                .textArray(patches.map { StageColumns.lines($0.vulnerabilities) }),
                .boolArray(patches.map(\.isServicingStack)),
            ])
    }

    static let statements = [patches, supersedence, vulnerabilities, touched]

    /// The first month that names an update is the one it was released in.
    private static let patches = """
        INSERT INTO patches AS p
          (kb_number, title, severity, released_date, reboot_required, source, link, builds, products,
           is_servicing_stack)
        SELECT kb_number, (array_agg(title ORDER BY released NULLS LAST, position))[1],
          (array_agg(severity ORDER BY array_position(ARRAY['critical', 'high', 'medium', 'low'], severity)))[1],
          min(released)::date, bool_or(restart), min(source), min(link),
          coalesce((SELECT array_agg(DISTINCT b ORDER BY b) FROM stage_patches AS s, unnest(s.builds) AS b
            WHERE s.kb_number = t.kb_number), '{}'),
          coalesce((SELECT array_agg(DISTINCT n ORDER BY n) FROM stage_patches AS s, unnest(s.products) AS n
            WHERE s.kb_number = t.kb_number), '{}'), bool_or(is_servicing_stack)
        FROM stage_patches AS t
        GROUP BY kb_number
        ON CONFLICT (kb_number) DO UPDATE
        SET title = CASE WHEN excluded.released_date <= p.released_date OR p.released_date IS NULL
              THEN excluded.title ELSE p.title END,
            severity = coalesce(excluded.severity, p.severity),
            released_date = least(p.released_date, excluded.released_date),
            reboot_required = p.reboot_required OR excluded.reboot_required,
            is_servicing_stack = p.is_servicing_stack OR excluded.is_servicing_stack,
            source = excluded.source, link = coalesce(excluded.link, p.link),
            builds = (SELECT coalesce(array_agg(DISTINCT b ORDER BY b), '{}') FROM unnest(p.builds || excluded.builds) AS b),
            products = (SELECT coalesce(array_agg(DISTINCT n ORDER BY n), '{}')
              FROM unnest(p.products || excluded.products) AS n)
        """

    private static let supersedence = """
        INSERT INTO patch_supersedence (kb_number, superseded)
        SELECT DISTINCT kb_number, superseded
        FROM stage_patches
        CROSS JOIN LATERAL unnest(supersedes) AS u (superseded)
        WHERE kb_number <> superseded
        ON CONFLICT DO NOTHING
        """

    private static let vulnerabilities = """
        INSERT INTO patch_vulnerabilities (kb_number, cve_id)
        SELECT DISTINCT kb_number, cve_id
        FROM stage_patches
        CROSS JOIN LATERAL unnest(vulnerabilities) AS u (cve_id)
        ON CONFLICT DO NOTHING
        """

    /// What is to be installed for an update follows from what all of them supersede.
    private static let touched = """
        INSERT INTO stage_touched
        SELECT 'windows', ''
        WHERE EXISTS (SELECT FROM stage_patches)
        """
}
