import ArgumentParser
import Domain
import FoundationEssentials
import Identity
import Store

/// `garrison agent token`: a one-time token.
struct AgentTokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Create a one-time token for `agent enrol` and print it, alone: it is shown only now.")

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var tenant: TenantOption
    @Option(help: "What it is for; shown in lists and in the audit trail.") var name = "command line"
    @Option(help: "How many machines it enrols.") var uses = 1
    @Option(help: "Hours until it expires.") var hours = 24
    @Flag(help: "An agent that it enrols takes the place of the one that its machine has.") var replace = false

    func validate() throws {
        guard (1...100_000).contains(uses) else { throw ValidationError("--uses must be 1 to 100000") }
        guard (1...8_760).contains(hours) else { throw ValidationError("--hours must be 1 to 8760") }
    }

    func run() async throws {
        let token = try await database.withTenant(tenant) { store, tenant in
            let token = EnrolmentToken.make(for: tenant.id)
            try await store.enrolments.create(
                name: name, uses: uses, mayReplace: replace, hash: token.digest,
                expiresAt: Date(timeIntervalSinceNow: Double(hours) * 3600), tenant: tenant.id,
                by: Operator.principal(of: tenant))
            return token
        }
        Console.print(token.text)
    }
}
