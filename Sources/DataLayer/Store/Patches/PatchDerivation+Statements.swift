import Scanner

// In the order in which they run.
extension PatchDerivation {
    static let packages = """
        CREATE TEMP TABLE patch_touched ON COMMIT DROP AS
        SELECT DISTINCT ecosystem, package FROM stage_touched WHERE ecosystem = ANY($1)
        """

    /// What advisories say is fixed, each with the number of the notice where it is one.
    static let rows = """
        CREATE TEMP TABLE patch_rows ON COMMIT DROP AS
        SELECT p.advisory_id, p.ecosystem, p.name AS package, p.introduced, p.fixed,
          CASE WHEN p.note LIKE 'module:%' THEN substr(p.note, 8) ELSE '' END AS stream,
          CASE WHEN a.source = 'apple' THEN regexp_replace(a.advisory_id, ' exploited$', '')
            WHEN a.advisory_id ~ '\(notices)' THEN split_part(a.advisory_id, '/', 1) END AS notice
        FROM patch_touched AS t
        JOIN advisory_packages AS p ON p.ecosystem = t.ecosystem AND p.name = t.package
        JOIN advisories AS a ON a.id = p.advisory_id
        WHERE p.fixed <> '' AND p.state NOT IN ('not_affected', 'undetermined') AND a.withdrawn IS NULL
        UNION ALL
        SELECT o.advisory_id, t.ecosystem, o.product, o.introduced, o.fixed, '', NULL
        FROM patch_touched AS t
        JOIN advisory_products AS o ON t.ecosystem = '\(ProductName.ecosystem)' AND o.product = t.package
        JOIN advisories AS a ON a.id = o.advisory_id
        WHERE a.withdrawn IS NULL
        """

    /// Ids that distributions give to what they release, rather than to what they know.
    private static let notices =
        "^(DSA|DLA|DTSA|USN|LSN|RH[SBE]A|AL[SBE]A|RL[SBE]A|RXSA|ELSA|ALAS[0-9A-Z]*|SUSE|openSUSE|MGASA|OESA|AZL)-"

    /// An rpm advisory names every binary package. Those that one record fixes in one version are one upload, which
    /// goes by the shortest name.
    static let uploads = """
        CREATE TEMP TABLE patch_uploads ON COMMIT DROP AS
        SELECT DISTINCT ON (p.advisory_id, p.ecosystem, p.fixed) p.advisory_id, p.ecosystem, p.fixed, p.name
        FROM (SELECT DISTINCT advisory_id FROM patch_rows WHERE notice IS NULL AND ecosystem LIKE 'redhat:%') AS r
        JOIN advisory_packages AS p USING (advisory_id)
        WHERE p.fixed <> ''
        ORDER BY p.advisory_id, p.ecosystem, p.fixed, length(p.name), p.name
        """

    static let groups = """
        SELECT DISTINCT r.ecosystem, r.package, r.stream, r.fixed, r.introduced, r.notice, coalesce(u.name, r.package)
        FROM patch_rows AS r
        LEFT JOIN patch_uploads AS u USING (advisory_id, ecosystem, fixed)
        ORDER BY 1, 2, 3
        """

    /// Each fixed version with the number of its patch, the newest of its line and the one after it.
    static let keys = """
        CREATE TEMP TABLE patch_keys (
          ecosystem text, package text, stream text, fixed text, number text, kind text, title text, head text, next text,
          needs_reboot boolean
        ) ON COMMIT DROP
        """

    static let merge = [
        vulnerabilities, numbers, touched, lostPackages, broughtPackages, facts, wanted, lostFixes, fixes, heads,
        lostSupersedence, supersedence,
    ]

    private static let vulnerabilities = """
        INSERT INTO patch_vulnerabilities (kb_number, cve_id)
        SELECT DISTINCT k.number, u.cve
        FROM patch_keys AS k
        JOIN patch_rows AS r USING (ecosystem, package, stream, fixed)
        JOIN advisories AS a ON a.id = r.advisory_id
        CROSS JOIN LATERAL unnest(a.vulnerabilities) AS u (cve)
        ON CONFLICT DO NOTHING
        """

    private static let numbers = """
        INSERT INTO patches (kb_number, kind, title)
        SELECT number, min(kind), min(title)
        FROM patch_keys
        GROUP BY number
        ON CONFLICT (kb_number) DO NOTHING
        """

    /// Patches that bring touched packages, or brought them until now.
    private static let touched = """
        CREATE TEMP TABLE patch_changed ON COMMIT DROP AS
        SELECT p.id FROM (SELECT DISTINCT number FROM patch_keys) AS k JOIN patches AS p ON p.kb_number = k.number
        UNION
        SELECT b.patch_id FROM patch_touched AS t JOIN patch_packages AS b USING (ecosystem, package)
        UNION
        SELECT f.patch_id FROM patch_touched AS t JOIN patch_fixes AS f USING (ecosystem, package)
        """

    private static let lostPackages = """
        DELETE FROM patch_packages AS b
        USING patch_touched AS t
        WHERE b.ecosystem = t.ecosystem AND b.package = t.package AND NOT EXISTS (
          SELECT
          FROM patch_keys AS k
          JOIN patches AS p ON p.kb_number = k.number
          WHERE p.id = b.patch_id AND k.ecosystem = b.ecosystem AND k.package = b.package AND k.fixed = b.fixed_version)
        """

    private static let broughtPackages = """
        INSERT INTO patch_packages AS b (patch_id, ecosystem, package, fixed_version, stream, needs_reboot)
        SELECT DISTINCT ON (p.id, k.ecosystem, k.package, k.fixed) p.id, k.ecosystem, k.package, k.fixed, k.stream,
          k.needs_reboot
        FROM patch_keys AS k
        JOIN patches AS p ON p.kb_number = k.number
        ORDER BY p.id, k.ecosystem, k.package, k.fixed, k.stream
        ON CONFLICT (patch_id, ecosystem, package, fixed_version) DO UPDATE
        SET stream = excluded.stream, needs_reboot = excluded.needs_reboot
        WHERE (b.stream, b.needs_reboot) <> (excluded.stream, excluded.needs_reboot)
        """

    /// A notice has its own title, day and severity; an upload the severity of what it fixes.
    private static let facts = """
        WITH notices AS (
          SELECT r.notice AS number, min(nullif(a.title, '')) AS title, min(a.published)::date AS released,
            min(array_position(\(severities), a.severity)) AS severity
          FROM patch_rows AS r
          JOIN advisories AS a ON a.id = r.advisory_id
          WHERE r.notice IS NOT NULL
          GROUP BY r.notice
        ), sources AS (
          SELECT k.number, min(a.source) AS source
          FROM patch_keys AS k
          JOIN patch_rows AS r USING (ecosystem, package, stream, fixed)
          JOIN advisories AS a ON a.id = r.advisory_id
          GROUP BY k.number
        ), fixed AS (
          SELECT s.number, min(array_position(\(severities), v.severity)) AS severity
          FROM sources AS s
          JOIN patch_vulnerabilities AS c ON c.kb_number = s.number
          JOIN vulnerabilities AS v ON v.cve_id = c.cve_id
          GROUP BY s.number
        ), brought AS (
          SELECT b.patch_id AS id, bool_or(b.needs_reboot) AS needs_reboot,
            array_agg(DISTINCT \(label) ORDER BY \(label)) AS products
          FROM patch_changed AS c
          JOIN patch_packages AS b ON b.patch_id = c.id
          GROUP BY b.patch_id
        )
        UPDATE patches AS p
        SET title = n.title, severity = n.severity, released_date = n.released, reboot_required = n.needs_reboot,
            source = n.source, products = n.products
        FROM (
          SELECT p.id, coalesce(n.title, p.title) AS title, n.released, s.source, b.needs_reboot, b.products,
            (\(severities))[coalesce(n.severity, f.severity)] AS severity
          FROM sources AS s
          JOIN patches AS p ON p.kb_number = s.number
          JOIN brought AS b ON b.id = p.id
          LEFT JOIN notices AS n ON n.number = s.number
          LEFT JOIN fixed AS f ON f.number = s.number
        ) AS n
        WHERE p.id = n.id AND (p.title, p.severity, p.released_date, p.reboot_required, p.source, p.products)
          IS DISTINCT FROM (n.title, n.severity, n.released, n.needs_reboot, n.source, n.products)
        """

    private static let severities = "ARRAY['critical', 'high', 'medium', 'low']"

    /// `Debian 12`; of an application its maker.
    private static let label = """
        CASE split_part(b.ecosystem, ':', 1)
          WHEN '\(ProductName.ecosystem)' THEN initcap(translate(split_part(b.package, ':', 2), '_\\', ' '))
          WHEN 'redhat' THEN 'Red Hat ' || split_part(b.ecosystem, ':', 2)
          WHEN 'almalinux' THEN 'AlmaLinux ' || split_part(b.ecosystem, ':', 2)
          WHEN 'macos' THEN 'macOS ' || split_part(b.ecosystem, ':', 2)
          WHEN 'ios' THEN 'iOS ' || split_part(b.ecosystem, ':', 2)
          WHEN 'ipados' THEN 'iPadOS ' || split_part(b.ecosystem, ':', 2)
          ELSE initcap(replace(b.ecosystem, ':', ' ')) END
        """

    /// What is to be installed for each version. Of several patches with one version the first.
    private static let wanted = """
        CREATE TEMP TABLE patch_wanted ON COMMIT DROP AS
        SELECT DISTINCT ON (k.ecosystem, k.package, k.fixed) k.ecosystem, k.package, k.fixed, p.id, k.next
        FROM patch_keys AS k
        JOIN patch_keys AS h ON h.ecosystem = k.ecosystem AND h.package = k.package AND h.stream = k.stream
          AND h.fixed = k.head
        JOIN patches AS p ON p.kb_number = h.number
        ORDER BY k.ecosystem, k.package, k.fixed, k.stream, p.released_date NULLS LAST, p.kb_number
        """

    private static let lostFixes = """
        DELETE FROM patch_fixes AS f
        USING patch_touched AS t
        WHERE f.ecosystem = t.ecosystem AND f.package = t.package AND NOT EXISTS (
          SELECT
          FROM patch_wanted AS w
          WHERE w.ecosystem = f.ecosystem AND w.package = f.package AND w.fixed = f.fixed_version)
        """

    static let fixes = """
        INSERT INTO patch_fixes AS f (ecosystem, package, fixed_version, patch_id, next_version)
        SELECT ecosystem, package, fixed, id, next FROM patch_wanted
        ON CONFLICT (ecosystem, package, fixed_version) DO UPDATE
        SET patch_id = excluded.patch_id, next_version = excluded.next_version
        WHERE (f.patch_id, f.next_version) IS DISTINCT FROM (excluded.patch_id, excluded.next_version)
        """

    /// What fixes nothing that another does not fix as well is superseded. Of `patch_changed`.
    static let heads = """
        UPDATE patches AS p
        SET is_superseded = c.hash IS NULL, fixes_hash = c.hash
        FROM (
          SELECT c.id, md5(string_agg(concat_ws(E'\\n', f.ecosystem, f.package, f.fixed_version), E'\\n'
            ORDER BY f.ecosystem, f.package, f.fixed_version) FILTER (WHERE f.patch_id IS NOT NULL))::uuid AS hash
          FROM patch_changed AS c
          LEFT JOIN patch_fixes AS f ON f.patch_id = c.id
          GROUP BY c.id
        ) AS c
        WHERE p.id = c.id AND (p.is_superseded, p.fixes_hash) IS DISTINCT FROM (c.hash IS NULL, c.hash)
        """

    /// Of a patch that is superseded as a whole: what comes after it, package by package.
    private static let successors = """
        SELECT n.kb_number, p.kb_number AS superseded
        FROM patch_changed AS c
        JOIN patches AS p ON p.id = c.id AND p.is_superseded
        JOIN patch_packages AS b ON b.patch_id = p.id
        JOIN patch_fixes AS f ON f.ecosystem = b.ecosystem AND f.package = b.package AND f.fixed_version = b.fixed_version
        JOIN patch_packages AS s ON s.ecosystem = b.ecosystem AND s.package = b.package AND s.stream = b.stream
          AND s.fixed_version = f.next_version
        JOIN patches AS n ON n.id = s.patch_id AND n.id <> p.id
        """

    private static let lostSupersedence = """
        WITH successors AS MATERIALIZED (
        \(successors)
        )
        DELETE FROM patch_supersedence AS o
        USING patch_changed AS c
        JOIN patches AS p ON p.id = c.id AND p.kind <> 'windows_update'
        WHERE o.superseded = p.kb_number AND NOT EXISTS (
          SELECT FROM successors AS s WHERE s.kb_number = o.kb_number AND s.superseded = o.superseded)
        """

    private static let supersedence = """
        INSERT INTO patch_supersedence (kb_number, superseded)
        \(successors)
        ON CONFLICT DO NOTHING
        """
}
