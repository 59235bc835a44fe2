import ArgumentParser
import Domain
import Store

/// `garrison patch`: what can be installed, and where it is missing.
struct PatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patch", abstract: "Patches that end open findings, and where they are missing.",
        subcommands: [
            List.self, Show.self, PatchUploadCommand.self, PatchFilesCommand.self, PatchRemoveFileCommand.self,
            PatchRotateKeyCommand.self,
        ])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Patches that are missing on at least one endpoint, most risk removed for a reboot first.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption
        @Option(help: "Only this kind: \(PatchKind.allCases.map(\.rawValue).joined(separator: ", ")).")
        var kind: PatchKind?
        @Option(help: "Only this severity.") var severity: Severity?
        @Option(help: "Part of the number or the title.") var search: String?
        @Option(help: "How many to print at most.") var limit = 100
        @Flag(help: "Print JSON.") var json = false

        func validate() throws {
            if !(1...100_000).contains(limit) { throw ValidationError("--limit must be between 1 and 100000.") }
        }

        func run() async throws {
            let patches = try await database.withTenant(tenant) { store, tenant in
                var query = PatchStore.Query(
                    kind: kind, severity: severity, search: search, limit: min(limit, 1000))
                var patches: [PatchStore.Summary] = []
                repeat {
                    let page = try await store.patches.list(query, tenant: tenant.id)
                    patches += page.items
                    query.cursor = page.next
                } while query.cursor != nil && patches.count < limit
                return patches.prefix(limit)
            }
            if json { return try Console.printJSON(patches.map(PatchLine.init)) }
            if patches.isEmpty { return Console.note("No patch is missing on any scanned endpoint.") }
            let rows = patches.map { patch in
                [
                    patch.number, patch.severity?.rawValue ?? "-", "\(patch.endpoints)", "\(patch.vulnerabilities)",
                    Self.tenths(patch.riskRemoved), patch.needsReboot ? "yes" : "no", patch.title,
                ]
            }
            Console.print(
                Columns.text(["PATCH", "SEVERITY", "ENDPOINTS", "VULNERABILITIES", "RISK", "REBOOT", "TITLE"], rows))
        }

        private static func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One patch: what it fixes, what it brings, and which endpoints need it.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption
        @Argument(help: "Its number or its id.") var patch: String
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let (detail, needs) = try await database.withTenant(tenant) { store, tenant in
                let id = try await store.patches.named(patch)
                let detail = try await store.patches.detail(id, tenant: tenant.id)
                return (detail, try await store.patches.endpoints(needing: id, limit: 1000, tenant: tenant.id))
            }
            if json { return try Console.printJSON(PatchDetailLine(detail, needs.items)) }
            let summary = detail.summary
            Console.print("\(summary.number): \(summary.title)")
            Console.print(
                "\(summary.kind.label), \(summary.severity?.rawValue ?? "unrated"), released \(summary.released ?? "-"), "
                    + "reboot \(summary.needsReboot ? "needed" : "not needed")")
            if let newest = detail.supersededBy.last { Console.print("\(newest.number) takes its place.") }
            if !detail.prerequisites.isEmpty {
                Console.print("needs first \(detail.prerequisites.map(\.number).joined(separator: " "))")
            }
            Console.print("fixes \(detail.vulnerabilities.map(\.cve).joined(separator: " "))")
            for need in needs.items {
                let changes = need.packages.map { "\($0.name) \($0.installed) -> \($0.version ?? "newest")" }
                Console.print("\(need.hostname): \(changes.joined(separator: ", "))")
            }
            if needs.total > needs.items.count { Console.note("and \(needs.total - needs.items.count) more endpoints") }
        }
    }
}

extension PatchKind: ExpressibleByArgument {}
extension Severity: ExpressibleByArgument {}

/// A patch as `--json` prints it.
private struct PatchLine: Encodable {
    let id: PatchID
    let kbNumber: String
    let title: String
    let kind: String
    let severity: String?
    let releasedDate: String?
    let endpoints: Int
    let vulnerabilities: Int
    let riskRemoved: Double
    let rebootRequired: Bool
    let isSuperseded: Bool

    init(_ patch: PatchStore.Summary) {
        id = patch.id
        kbNumber = patch.number
        title = patch.title
        kind = patch.kind.rawValue
        severity = patch.severity?.rawValue
        releasedDate = patch.released
        endpoints = patch.endpoints
        vulnerabilities = patch.vulnerabilities
        riskRemoved = patch.riskRemoved
        rebootRequired = patch.needsReboot
        isSuperseded = patch.isSuperseded
    }
}

/// All of a patch as `--json` prints it.
private struct PatchDetailLine: Encodable {
    struct Endpoint: Encodable {
        let id: EndpointID
        let hostname: String
        let packages: [PackageChange]
    }

    let patch: PatchLine
    let fixes: [String]
    let packages: [PatchedPackage]
    let supersededBy: [String]
    let supersedes: [String]
    let prerequisites: [String]
    let needed: [Endpoint]

    init(_ detail: PatchStore.Detail, _ needs: [PatchStore.Need]) {
        patch = PatchLine(detail.summary)
        fixes = detail.vulnerabilities.map(\.cve)
        packages = detail.packages
        supersededBy = detail.supersededBy.map(\.number)
        supersedes = detail.supersedes.map(\.number)
        prerequisites = detail.prerequisites.map(\.number)
        needed = needs.map { Endpoint(id: $0.endpoint, hostname: $0.hostname, packages: $0.packages) }
    }
}
