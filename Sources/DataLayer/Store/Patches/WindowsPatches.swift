import Domain
import FoundationEssentials
import Postgres

/// Which of Microsoft's updates is to be installed for each: the newest of all that take its place, directly or through
/// others, for a product that it is for; and which has to be there before it. All of them are looked at, which are some ten
/// thousand.
struct WindowsPatches {
    let connection: Connection

    private struct Update {
        let id: UUID
        let released: Date
        let products: Set<String>
        let isServicingStack: Bool
    }

    func run() async throws {
        let updates = try await updates()
        var successors: [String: [String]] = [:]
        for row in try await connection.query("SELECT superseded, kb_number FROM patch_supersedence") {
            let (older, newer): (String, String) = (try row.decode(0), try row.decode(1))
            if updates[older] != nil, updates[newer] != nil { successors[older, default: []].append(newer) }
        }
        let heads = updates.map { number, update in
            (number, Self.head(of: number, update, updates, successors))
        }
        try await connection.run([
            Statement(
                Self.wanted,
                [
                    .textArray(heads.map(\.0)), .uuidArray(heads.map(\.1)),
                    .textArray([String](repeating: Self.ecosystem, count: heads.count)),
                ]),
            Statement(Self.changed), Statement(Self.lost), Statement(PatchDerivation.fixes),
            Statement(PatchDerivation.heads),
            Statement("DROP TABLE patch_wanted, patch_changed"),
        ])
        try await connection.run(Self.prerequisites(of: updates))
    }

    private static let ecosystem = "windows"

    private func updates() async throws -> [String: Update] {
        let rows = try await connection.query(
            """
            SELECT kb_number, id, released_date::timestamptz, products, is_servicing_stack
            FROM patches
            WHERE kind = 'windows_update'
            """)
        var updates: [String: Update] = [:]
        for row in rows {
            updates[try row.decode(0)] = Update(
                id: try row.decode(1), released: try row.decode(2, as: Date?.self) ?? .distantPast,
                products: Set(try row.decode(3, as: [String].self)), isServicingStack: try row.decode(4))
        }
        return updates
    }

    /// Of a circle the newest, too: each is looked at once.
    private static func head(
        of number: String, _ update: Update, _ updates: [String: Update], _ successors: [String: [String]]
    ) -> UUID {
        var best = (number: number, update: update)
        var seen: Set<String> = [number]
        var waiting = successors[number] ?? []
        while let next = waiting.popLast() {
            guard seen.insert(next).inserted, let other = updates[next] else { continue }
            waiting += successors[next] ?? []
            guard update.products.isEmpty || !update.products.isDisjoint(with: other.products) else { continue }
            if (best.update.released, best.number) < (other.released, next) { best = (next, other) }
        }
        return best.update.id
    }

    /// Of each product the newest servicing stack update that was published on or before the update.
    private static func prerequisites(of updates: [String: Update]) -> [Statement] {
        var stacks: [String: [(released: Date, number: String)]] = [:]
        for (number, update) in updates where update.isServicingStack && update.released != .distantPast {
            for product in update.products { stacks[product, default: []].append((update.released, number)) }
        }
        var needs: Set<[String]> = []
        for (number, update) in updates where !update.isServicingStack {
            for product in update.products {
                let newest = stacks[product]?.filter { $0.released <= update.released }.max { $0 < $1 }
                if let newest { needs.insert([number, newest.number]) }
            }
        }
        let values: [Value] = [.textArray(needs.map { $0[0] }), .textArray(needs.map { $0[1] })]
        return [lostPrerequisites, neededPrerequisites].map { Statement($0, values) }
    }

    private static let lostPrerequisites = """
        DELETE FROM patch_prerequisites AS q
        USING patches AS p
        WHERE p.kb_number = q.kb_number AND p.kind = 'windows_update' AND NOT EXISTS (
          SELECT
          FROM unnest($1::text[], $2::text[]) AS n (number, prerequisite)
          WHERE n.number = q.kb_number AND n.prerequisite = q.prerequisite)
        """

    private static let neededPrerequisites = """
        INSERT INTO patch_prerequisites (kb_number, prerequisite)
        SELECT number, prerequisite FROM unnest($1::text[], $2::text[]) AS n (number, prerequisite)
        ON CONFLICT DO NOTHING
        """

    private static let wanted = """
        CREATE TEMP TABLE patch_wanted ON COMMIT DROP AS
        SELECT ecosystem, '' AS package, number AS fixed, id, NULL::text AS next
        FROM unnest($1::text[], $2::uuid[], $3::text[]) AS u (number, id, ecosystem)
        """

    private static let changed = """
        CREATE TEMP TABLE patch_changed ON COMMIT DROP AS
        SELECT w.id
        FROM patch_wanted AS w
        LEFT JOIN patch_fixes AS f ON f.ecosystem = w.ecosystem AND f.package = w.package AND f.fixed_version = w.fixed
        WHERE f.patch_id IS DISTINCT FROM w.id
        UNION
        SELECT f.patch_id
        FROM patch_fixes AS f
        LEFT JOIN patch_wanted AS w ON w.ecosystem = f.ecosystem AND w.package = f.package AND w.fixed = f.fixed_version
        WHERE f.ecosystem = 'windows' AND w.id IS DISTINCT FROM f.patch_id
        UNION
        SELECT p.id
        FROM patches AS p
        WHERE p.kind = 'windows_update' AND p.fixes_hash IS NULL AND NOT p.is_superseded
        """

    private static let lost = """
        DELETE FROM patch_fixes AS f
        WHERE f.ecosystem = 'windows' AND NOT EXISTS (
          SELECT FROM patch_wanted AS w WHERE w.package = f.package AND w.fixed = f.fixed_version)
        """
}
