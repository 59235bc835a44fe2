import Domain
import FoundationEssentials
import Patching
import Postgres

/// A patch that takes the place of another.
public struct PatchSuccessor: Sendable, Hashable {
    public let id: PatchID
    /// Its vendor's.
    public let number: String

    package init(id: PatchID, number: String) {
        self.id = id
        self.number = number
    }
}

/// Which patches are to be installed instead of one that is superseded, as the catalogue knows them.
struct PatchSuccession {
    let connection: Connection

    /// - Returns: nothing for a patch that is not superseded as a whole.
    func successors(of patch: PatchID, _ number: String) async throws -> [PatchSuccessor] {
        let rows = try await connection.query(
            """
            WITH RECURSIVE chain (number, distance) AS (
              SELECT kb_number, 0 FROM patches WHERE id = $1 AND is_superseded
              UNION
              SELECT s.kb_number, c.distance + 1
              FROM chain AS c
              JOIN patch_supersedence AS s ON s.superseded = c.number
              WHERE c.distance < 100
            ), line AS (
              SELECT DISTINCT number FROM chain LIMIT 1000
            )
            SELECT l.number, p.id, p.released_date, coalesce(p.products && o.products OR o.products = '{}', false),
              ARRAY(SELECT s.superseded FROM patch_supersedence AS s WHERE s.kb_number = l.number)
            FROM line AS l
            JOIN patches AS o ON o.id = $1
            LEFT JOIN patches AS p ON p.kb_number = l.number
            """, [.id(patch)])
        var (nodes, known): ([PatchGraph.Node], [String: PatchID]) = ([], [:])
        for row in rows {
            let name: String = try row.decode(0)
            nodes.append(
                PatchGraph.Node(name, released: try row.decode(2), supersedes: try row.decode(4)))
            // One for other products is no patch of the same machine.
            if let id = try row.decode(1, as: PatchID?.self), try name == number || row.decode(3) { known[name] = id }
        }
        let selection = PatchGraph(nodes).select(Set(known.keys), installed: [])
        guard selection.superseded[number] != nil else { return [] }
        return selection.install.compactMap { name in known[name].map { PatchSuccessor(id: $0, number: name) } }
    }
}
