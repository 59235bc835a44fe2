import Domain
import FoundationEssentials
import Patching
import Postgres
import Scanner

/// What a machine is given so that it can take a patch.
struct PatchSteps: Hashable, Sendable {
    /// Vendors' numbers in the order in which they are installed: the patch's own is the last.
    var install: [String] = []
    /// What has to be there before it and cannot be had.
    var lacks: [String] = []

    /// What comes before the patch itself.
    var first: ArraySlice<String> { install.dropLast() }
    /// Why it cannot be installed.
    var obstacle: String? {
        lacks.isEmpty
            ? nil
            : "It needs \(lacks.joined(separator: ", ")) first, and nothing that can be installed here brings that."
    }
}

/// What has to be installed before a patch, as the catalogue knows it: with what that needs itself, and what has taken the
/// place of any of it.
struct PatchPrerequisites: Sendable {
    private struct Entry {
        let number: String
        /// It is more than a name.
        let isKnown: Bool
        let released: Date?
        /// Folded; none for one that is for whatever there is.
        let products: Set<String>
        let isServicingStack: Bool
        let supersedes: [String]
        let needs: [String]
        /// It is needed itself, not only in the place of what is.
        let isNeeded: Bool
    }

    private let patch: PatchID
    private let number: String
    private let entries: [Entry]

    /// - Returns: nil for a patch that needs nothing first, as most.
    init?(of patch: PatchID, _ store: Store) async throws {
        let entries = try await store.app.query(Self.query, [.id(patch)], tenant: nil).map { row in
            Entry(
                number: try row.decode(0), isKnown: try row.decode(1), released: try row.decode(2),
                products: Set(try row.decode(3, as: [String].self).map(LookupReach.folded)),
                isServicingStack: try row.decode(4), supersedes: try row.decode(5), needs: try row.decode(6),
                isNeeded: try row.decode(7))
        }
        let own = try await store.app.query("SELECT kb_number FROM patches WHERE id = $1", [.id(patch)], tenant: nil)
        guard let number = try own.first?.decode(0, as: String.self),
            entries.contains(where: { $0.number == number && !$0.needs.isEmpty })
        else { return nil }
        (self.patch, self.number, self.entries) = (patch, number, entries)
    }

    /// Downwards to what is needed, aside to other servicing stacks of the same products, of which each has what is in those
    /// before it, and upwards to what takes their place.
    private static let query = """
        WITH RECURSIVE needed (number) AS (
          SELECT kb_number FROM patches WHERE id = $1
          UNION
          SELECT q.prerequisite
          FROM needed AS n
          JOIN patch_prerequisites AS q ON q.kb_number = n.number
        ), stacks AS (
          SELECT DISTINCT s.kb_number AS number
          FROM needed AS n
          JOIN patches AS p ON p.kb_number = n.number AND p.is_servicing_stack
          JOIN patches AS s ON s.is_servicing_stack AND s.products && p.products
        ), line (number) AS (
          SELECT n.number
          FROM needed AS n
          WHERE n.number <> (SELECT kb_number FROM patches WHERE id = $1)
          UNION
          SELECT number FROM stacks
          UNION
          SELECT s.kb_number
          FROM line AS l
          JOIN patch_supersedence AS s ON s.superseded = l.number
        ), names AS (
          SELECT number FROM line
          UNION
          SELECT number FROM needed
        )
        SELECT n.number, p.id IS NOT NULL, p.released_date::timestamptz, coalesce(p.products, '{}'),
          coalesce(p.is_servicing_stack, false),
          ARRAY(SELECT s.superseded FROM patch_supersedence AS s WHERE s.kb_number = n.number),
          ARRAY(SELECT q.prerequisite FROM patch_prerequisites AS q WHERE q.kb_number = n.number),
          EXISTS (SELECT FROM needed AS o WHERE o.number = n.number)
        FROM names AS n
        LEFT JOIN patches AS p ON p.kb_number = n.number
        """

    /// What is needed on a machine.
    ///
    /// - Parameters:
    ///   - installed: numbers of the updates that it lists.
    ///   - product: its system, folded; nil where it is none that the patches are for by name.
    func steps(installed: Set<String>, product: String?) -> PatchSteps {
        let products = Dictionary(entries.map { ($0.number, $0.products) }) { $1 }
        func concerns(_ number: String) -> Bool {
            guard let product, let own = products[number], !own.isEmpty else { return true }
            return own.contains(product)
        }
        let graph = PatchGraph(
            entries.map { entry in
                PatchGraph.Node(
                    entry.number, released: entry.released,
                    supersedes: entry.supersedes + olderStacks(entry, on: product),
                    prerequisites: entry.needs.filter(concerns))
            })
        let others = entries.filter { $0.isKnown && $0.number != number && concerns($0.number) }
        // What is newer than what the patch needs is only taken where there is nothing else: all machines of a deployment
        // are given the same.
        for available in [others.filter(\.isNeeded), others] {
            let selection = graph.select(
                [number], installed: installed.subtracting([number]), available: Set(available.map(\.number)))
            if !selection.present.isEmpty { break }
            if !selection.install.isEmpty { return PatchSteps(install: selection.install) }
            if available.count == others.count { return PatchSteps(lacks: selection.blocked[number] ?? []) }
        }
        // Whether it is needed was decided by what is open there.
        return PatchSteps(install: [number])
    }

    private func olderStacks(_ entry: Entry, on product: String?) -> [String] {
        guard entry.isServicingStack, let released = entry.released else { return [] }
        return entries.filter { other in
            guard other.isServicingStack, let before = other.released, before < released else { return false }
            let shared = entry.products.intersection(other.products)
            return product.map(shared.contains) ?? !shared.isEmpty
        }.map(\.number)
    }
}

extension PatchPrerequisites {
    private struct Machine: Hashable {
        var product: String?
        var installed: Set<String> = []
    }

    /// What each of the endpoints that need the patch is given.
    func steps(on endpoints: [EndpointID], _ store: Store, tenant: TenantID) async throws -> [EndpointID: PatchSteps] {
        let rows = try await store.app.query(
            """
            SELECT e.id, e.software_set
            FROM (SELECT DISTINCT unnest($3::uuid[])) AS n (id)
            JOIN endpoints AS e ON e.tenant_id = $1 AND e.id = n.id
            JOIN finding_set_patches AS p ON p.tenant_id = $1 AND p.patch_id = $2 AND p.finding_set_id = e.finding_set_id
            """, [.id(tenant), .id(patch), .uuidArray(endpoints.map(\.uuid))], tenant: tenant)
        let holders = try rows.map { (try $0.decode(0, as: EndpointID.self), try $0.decode(1, as: UUID?.self)) }
        let machines = try await machines(Set(holders.compactMap(\.1)), store, tenant: tenant)
        var (found, steps): ([Machine: PatchSteps], [EndpointID: PatchSteps]) = ([:], [:])
        for (endpoint, software) in holders {
            let machine = software.flatMap { machines[$0] } ?? Machine()
            let own = found[machine] ?? self.steps(installed: machine.installed, product: machine.product)
            found[machine] = own
            steps[endpoint] = own
        }
        return steps
    }

    /// What lists of software have of the updates that matter, and whose they are.
    private func machines(_ sets: Set<UUID>, _ store: Store, tenant: TenantID) async throws -> [UUID: Machine] {
        if sets.isEmpty { return [:] }
        let products = entries.reduce(into: Set<String>()) { $0.formUnion($1.products) }
        let updates = Set(entries.flatMap { [$0.number] + $0.supersedes })
        var titles: [Int64: InstalledPackage] = [:]
        let named = try await store.owner.query(
            """
            SELECT id, type, name
            FROM software_titles
            WHERE folded_name(name) COLLATE "C" = ANY ($1) AND type = ANY ($2)
            """,
            [
                .textArray(products.union(updates.map(LookupReach.folded)).sorted()),
                .textArray([InstalledPackage.windowsType, InstalledPackage.updateType]),
            ], tenant: nil)
        for row in named {
            titles[try row.decode(0)] = InstalledPackage(type: try row.decode(1), name: try row.decode(2), version: "")
        }
        var machines: [UUID: Machine] = [:]
        for (set, packages) in try await store.patches.software(titles, in: sets, tenant: tenant) {
            var machine = Machine()
            for title in packages {
                if title.type == InstalledPackage.updateType {
                    machine.installed.insert(title.name)
                } else {
                    let product = LookupReach.folded(title.name)
                    if products.contains(product) { machine.product = product }
                }
            }
            machines[set] = machine
        }
        return machines
    }
}
