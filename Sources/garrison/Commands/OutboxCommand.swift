import ArgumentParser
import Domain
import FoundationEssentials
import Store

/// `garrison outbox`: messages to systems outside.
struct OutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox", abstract: "List a tenant's messages to systems outside, and have them sent again.",
        subcommands: [List.self, Replay.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List messages, the newest first.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption
        @Option(help: "Only this state: pending, sending, sent or dead.") var state: OutboxMessage.State?
        @Option(help: "At most so many, 1 to 1000.") var limit = 100
        @Flag(help: "Print JSON.") var json = false

        func validate() throws {
            if !(1...1000).contains(limit) { throw ValidationError("--limit must be 1 to 1000") }
        }

        func run() async throws {
            let messages = try await database.withTenant(tenant) { store, tenant in
                try await store.outbox.list(.init(state: state, limit: limit), tenant: tenant.id).items
            }
            if json { return try Console.printJSON(messages.map(Item.init)) }
            if messages.isEmpty { return Console.note("There is no such message.") }
            let rows = messages.map { message in
                [
                    message.id.description, message.kind, message.state.rawValue, String(message.attempts),
                    Moment.second(message.createdAt), message.error ?? "",
                ]
            }
            Console.print(Columns.text(["ID", "KIND", "STATE", "ATTEMPTS", "WRITTEN", "LAST ATTEMPT"], rows))
        }

        private struct Item: Encodable {
            let id: MessageID
            let kind: String
            let state: OutboxMessage.State
            let attempts: Int
            let nextAttemptAt: Date?
            let error: String?
            let createdAt: Date
            let sentAt: Date?

            init(_ message: OutboxMessage) {
                id = message.id
                kind = message.kind
                state = message.state
                attempts = message.attempts
                nextAttemptAt = message.state == .pending ? message.runAfter : nil
                error = message.error
                createdAt = message.createdAt
                sentAt = message.sentAt
            }
        }
    }

    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Have messages sent again that were given up, or sent; they keep their ids.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption
        @Flag(help: "All that were given up.") var dead = false
        @Argument(help: "The messages' ids, from `outbox list`.") var ids: [String] = []

        func validate() throws {
            if dead == !ids.isEmpty {
                throw ValidationError("name messages, or give --dead for all that were given up")
            }
            if let wrong = ids.first(where: { MessageID($0) == nil }) {
                throw ValidationError("“\(wrong)” is not a message's id, which `outbox list` shows")
            }
        }

        func run() async throws {
            try await database.withTenant(tenant) { store, tenant in
                let principal = Operator.principal(of: tenant)
                var count = dead ? try await store.outbox.replayDead(by: principal) : 0
                for id in ids.compactMap({ MessageID($0) }) {
                    try await store.outbox.replay(id, by: principal)
                    count += 1
                }
                Console.note("\(count) \(count == 1 ? "message is" : "messages are") sent again.")
            }
        }
    }
}

extension OutboxMessage.State: ExpressibleByArgument {}
