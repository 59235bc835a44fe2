import ArgumentParser
import Domain
import Store

/// `garrison deployment`: patches on their way to endpoints.
struct DeploymentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deployment", abstract: "Show, hold and take back deployments of patches.",
        discussion: """
            What is decided is carried out by `garrison serve` or `garrison worker`. A deployment is named by its id, or by the \
            end of it.
            """,
        subcommands: [
            DeploymentListCommand.self, DeploymentShowCommand.self, Pause.self, Resume.self, Abort.self, Retry.self,
            RollBack.self, DeploymentApproveCommand.self,
        ])

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let nothing more begin; what has begun goes on.")
        @OptionGroup var options: DeploymentDecisionOptions
        func run() async throws { try await options.run(.pause) }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Go on after a pause, or past the gate that halted it.")
        @OptionGroup var options: DeploymentDecisionOptions
        func run() async throws { try await options.run(.resume) }
    }

    struct Abort: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Cancel what has not begun and end when nothing runs any more.")
        @OptionGroup var options: DeploymentDecisionOptions
        func run() async throws { try await options.run(.abort) }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Try again what failed or was not reached.")
        @OptionGroup var options: DeploymentDecisionOptions
        func run() async throws { try await options.run(.retry) }
    }

    struct RollBack: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rollback", abstract: "Take back what was deployed, and cancel what was not.")
        @OptionGroup var options: DeploymentDecisionOptions
        func run() async throws { try await options.run(.rollBack) }
    }
}

/// Which deployment a command is about.
struct DeploymentOptions: ParsableArguments {
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var tenant: TenantOption
    @Argument(help: "The deployment's id, or the end of it.") var deployment: String
    @Flag(help: "Print JSON.") var json = false

    func withDeployment<Value>(_ body: (Store, Tenant, DeploymentID) async throws -> Value) async throws -> Value {
        try await database.withTenant(tenant) { store, tenant in
            if let id = DeploymentID(deployment) { return try await body(store, tenant, id) }
            let found = try await store.deployments.list(.init(limit: 1000), tenant: tenant.id).items
                .map(\.deployment.id).filter { $0.description.hasSuffix(deployment.lowercased()) }
            guard let id = found.first, deployment.count >= 4 else {
                throw CommandError.problem("there is no deployment “\(deployment)”.")
            }
            guard found.count == 1 else {
                throw CommandError.problem("several deployments end in “\(deployment)”: give more of the id.")
            }
            return try await body(store, tenant, id)
        }
    }
}

/// What commands that decide have in common.
struct DeploymentDecisionOptions: ParsableArguments {
    @OptionGroup var options: DeploymentOptions
    @Option(help: "Why: for the history and the trail.") var reason = ""

    func run(_ decision: DeploymentStore.Decision) async throws {
        let status = try await options.withDeployment { store, tenant, id in
            try await store.deployments.decide(
                decision, id, reason: reason, tenant: tenant.id, by: Operator.principal(of: tenant))
        }
        try DeploymentReport.print(status, json: options.json)
    }
}
