import ArgumentParser
import Domain
import FoundationEssentials
import Store

/// `garrison deployment list`: deployments, the newest first.
struct DeploymentListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List deployments, the newest first.")

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var tenant: TenantOption
    @Option(help: "Only this status: running, halted, completed, …") var status: DeploymentStatus?
    @Option(help: "At most so many, 1 to 1000.") var limit = 100
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        guard 1...1000 ~= limit else { throw ValidationError("--limit must be from 1 to 1000.") }
    }

    func run() async throws {
        let page = try await database.withTenant(tenant) { store, tenant in
            try await store.deployments.list(.init(status: status, limit: limit), tenant: tenant.id)
        }
        if json { return try Console.printJSON(page.items.map(Item.init)) }
        if page.items.isEmpty { return Console.note("There are no deployments.") }
        let rows = page.items.map { row in
            let counts = row.counts.all
            return [
                row.deployment.id.description, row.deployment.number, row.deployment.status.label,
                "\(counts[.deployed])/\(counts.total)", "\(row.counts.failed)",
                Moment.second(row.deployment.createdAt), row.deployment.requestedBy,
            ]
        }
        Console.print(Columns.text(["ID", "PATCH", "STATUS", "DEPLOYED", "FAILED", "MADE", "BY"], rows))
    }

    private struct Item: Encodable {
        let id: DeploymentID
        let kbNumber: String
        let status: DeploymentStatus
        let endpoints: Int
        let deployed: Int
        let failed: Int
        let successRate: Double
        let requestedBy: String
        let createdAt: Date

        init(_ row: DeploymentStore.Row) {
            id = row.deployment.id
            kbNumber = row.deployment.number
            status = row.deployment.status
            endpoints = row.counts.all.total
            deployed = row.counts.all[.deployed]
            failed = row.counts.failed
            successRate = row.counts.successRate
            requestedBy = row.deployment.requestedBy
            createdAt = row.deployment.createdAt
        }
    }
}

/// `garrison deployment show`: how far one is.
struct DeploymentShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show how far a deployment is, ring by ring, and where it failed.")

    @OptionGroup var options: DeploymentOptions

    func run() async throws {
        let status = try await options.withDeployment { store, tenant, id in
            try await store.deployments.status(id, tenant: tenant.id)
        }
        try DeploymentReport.print(status, json: options.json)
    }
}

/// `garrison deployment approve`: a person's word, given at the server's own host.
struct DeploymentApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Approve a deployment in the name of a user, or refuse it.")

    @OptionGroup var options: DeploymentOptions
    @Option(name: .customLong("as"), help: "The user's e-mail address; whoever asked for it cannot approve it.")
    var person: String
    @Flag(help: "Refuse it.") var reject = false
    @Option(help: "What there is to be said.") var comment = ""

    func run() async throws {
        let status = try await options.withDeployment { store, tenant, id in
            let users = try await store.users.list(tenant: tenant.id)
            guard let user = users.first(where: { $0.email == person.lowercased() }) else {
                throw CommandError.problem("there is no user “\(person)”.")
            }
            let principal = Principal(
                tenant: tenant.id, role: user.role, subject: .user(user.id), name: "\(user.email) (\(Operator.name))")
            return try await store.deployments.approve(
                id, agrees: !reject, comment: comment, tenant: tenant.id, by: principal)
        }
        try DeploymentReport.print(status, json: options.json)
    }
}

/// A deployment's status as lines or as JSON.
enum DeploymentReport {
    static func print(_ status: DeploymentStore.Status, json: Bool) throws {
        if json { return try Console.printJSON(Item(status)) }
        let deployment = status.deployment
        Console.print(
            "\(deployment.id) \(deployment.number): \(deployment.status.label), "
                + "asked for by \(deployment.requestedBy) at \(Moment.second(deployment.createdAt))")
        for ring in status.counts.rings {
            let parts = TargetStatus.allCases.filter { ring.all[$0] > 0 }
                .map { "\(ring.all[$0]) \($0.label.lowercased())" }
            Console.print("  \(ring.name): \(parts.isEmpty ? "nobody" : parts.joined(separator: ", "))")
        }
        for reason in deployment.gate?.reasons ?? [] { Console.print("  gate: \(reason)") }
        for target in status.failures {
            Console.print("  \(target.hostname): \(target.life.status.label): \(target.life.message ?? "")")
        }
    }

    private struct Item: Encodable {
        let deploymentId: DeploymentID
        let kbNumber: String
        let status: DeploymentStatus
        let successRate: Double
        let failed: Int
        let endpoints: Int
        let rings: [Ring]
        let gate: [String]
        let failedEndpoints: [Failure]

        init(_ status: DeploymentStore.Status) {
            deploymentId = status.deployment.id
            kbNumber = status.deployment.number
            self.status = status.deployment.status
            successRate = status.counts.successRate
            failed = status.counts.failed
            endpoints = status.counts.all.total
            rings = status.counts.rings.map(Ring.init)
            gate = status.deployment.gate?.reasons ?? []
            failedEndpoints = status.failures.map(Failure.init)
        }
    }

    private struct Ring: Encodable {
        let name: String
        let openedAt: Date?
        let counts: [String: Int]

        init(_ ring: DeploymentCounts.Ring) {
            name = ring.name
            openedAt = ring.openedAt
            let all = TargetStatus.allCases.filter { ring.all[$0] > 0 }
            counts = Dictionary(uniqueKeysWithValues: all.map { ($0.rawValue, ring.all[$0]) })
        }
    }

    private struct Failure: Encodable {
        let endpointId: EndpointID
        let hostname: String
        let state: TargetStatus
        let errorMessage: String?

        init(_ target: DeploymentTarget) {
            endpointId = target.endpoint
            hostname = target.hostname
            state = target.life.status
            errorMessage = target.life.message
        }
    }
}

extension DeploymentStatus: ExpressibleByArgument {}
