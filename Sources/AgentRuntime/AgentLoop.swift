import Agent
import AgentProtocol
import Domain
import FoundationEssentials
import Glibc

/// The agent's one loop: take the inventory when it is due, report what waits, ask for work, do it.
///
/// Everything is one after the other. The question for work is the heartbeat; the server answers it when there is work
/// or the time is up. What has to be reported is on the disk before anything else happens to it.
public final class AgentLoop {
    let folder: StateFolder
    private let settings: AgentSettings
    private let client: AgentClient
    let desk: PatchDesk
    var identity: AgentIdentity
    private let link: ServerLink
    private let address: ServerAddress
    private let lock: StateLock
    let note: @Sendable (String) -> Void
    private var queue: ReportQueue
    private var journal: ActionJournal
    private var switching: IsolationSwitch
    private var facts: AgentFacts?
    private var inventoryDue = ContinuousClock.now

    /// - Parameter note: takes what a person should know, a sentence at a time.
    public init(
        _ folder: StateFolder, _ settings: AgentSettings, note: @escaping @Sendable (String) -> Void
    ) throws {
        let identity = try AgentIdentity.load(folder)
        guard let key = identity.signingKey else { throw AgentError.notEnrolled(path: folder.path) }
        lock = try StateLock(folder)
        self.folder = folder
        self.settings = settings
        self.note = note
        address = try ServerAddress(identity.server, allowsPlainHTTP: identity.allowsPlainHTTP)
        link = try ServerLink(address, authorities: identity.authorities)
        client = AgentClient(link, identity, key)
        self.identity = identity
        desk = try PatchDesk(folder, settings, client, note: note)
        queue = try ReportQueue(folder, limit: settings.queueLimit)
        journal = try ActionJournal(folder)
        switching = try IsolationSwitch(folder)
    }

    /// Runs until it is cancelled, or the server has revoked it.
    public func run() async throws {
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { [desk] in await desk.run() }
                    defer { group.cancelAll() }
                    try await loop()
                })
        } catch {
            outcome = .failure(error)
        }
        await link.close()
        try outcome.get()
    }

    private func loop() async throws {
        try resume()
        var backoff = Backoff(longest: Double(settings.longestBackoff / .seconds(1)))
        while !Task.isCancelled {
            do {
                let isWanted = await desk.wantsInventory
                try collectWhenDue(isWanted)
                try await drain()
                if isWanted { await desk.inventoryWasSent() }
                try await work()
                backoff.succeeded()
            } catch let error as AgentError {
                if error.code == "agent.revoked" || error.code == "agent.unknown" { throw error }
                if case .state = error { throw error }
                let wait = backoff.failed()
                note(
                    "\(error.message) The next attempt is in \(Int(wait / .seconds(1)) + 1) s; \(queue.entries.count) reports wait."
                )
                try? await Task.sleep(for: wait)
                // The server's address may be another one by now.
                try? switching.refresh(address)
            }
        }
    }

    /// What a process before this one left: isolation outlasts a restart, and what it was doing is done again or told.
    private func resume() throws {
        if try switching.restore(address) { note("The machine is isolated, as it was before.") }
        for action in journal.interrupted {
            guard let doer = DoableAction(rawValue: action.kind), doer.canRepeat else {
                try settle(
                    action, .init(id: action.id, state: .unknown, message: "The agent was ended while it did this."))
                continue
            }
            try perform(action)
        }
    }

    /// - Parameter isWanted: by a job that has changed what is installed.
    private func collectWhenDue(_ isWanted: Bool) throws {
        guard ContinuousClock.now >= inventoryDue || facts == nil || isWanted else { return }
        try collect()
    }

    private func collect() throws {
        let inventory = try HostCollector(agentVersion: settings.version).collect()
        facts = MachineFacts.of(inventory, version: settings.version)
        let neighbours = Neighbours.current()
        do {
            try queue.append(AgentJSON.encode(inventory), .inventory)
            if !neighbours.isEmpty { try queue.append(AgentJSON.encode(neighbours), .neighbours) }
        } catch let error as AgentError {
            // A disk that is full is one more reason to be heard: what is there is told when there is room again.
            note(error.message)
            inventoryDue = .now + .seconds(60)
            return
        }
        // A fleet that was switched on at once does not report at once.
        inventoryDue = .now + settings.inventory * Double.random(in: 0.9...1.1)
        SmallHeap.giveBack()
    }

    /// Sends what waits, the oldest first. What the server refuses for good is dropped: it would hold up the rest.
    private func drain() async throws {
        while let entry = queue.entries.first {
            guard let bytes = try queue.read(entry) else {
                try queue.remove(entry)
                continue
            }
            do {
                switch entry.kind {
                case .inventory: try await report(inventory: bytes)
                case .result: try await client.report(result: bytes)
                case .neighbours: try await client.report(neighbours: bytes)
                }
            } catch let error as AgentError where error.isFinal && !error.isAboutAgent {
                note("A report was refused and is dropped: \(error.message)")
            }
            try queue.remove(entry)
        }
    }

    private static let acknowledged = "acknowledged.json"

    /// Changes where the server has what they build on, else all.
    private func report(inventory bytes: [UInt8]) async throws {
        let inventory: Inventory = try AgentJSON.decode(from: bytes)
        let known = try folder.read(Self.acknowledged).flatMap { try? AgentJSON.decode(Inventory.self, from: $0) }
        var isTaken = false
        if let known {
            let delta = InventoryDelta(from: known, to: inventory, digest: Digest.inventory)
            isTaken = try await client.report(AgentInventory(delta: delta))
        }
        if !isTaken {
            _ = try await client.report(AgentInventory(digest: Digest.inventory(inventory), inventory: inventory))
        }
        // Where it cannot be kept, the server asks for all of it the next time.
        try? folder.write(bytes, to: Self.acknowledged)
        SmallHeap.giveBack()
    }

    private func work() async throws {
        guard let facts else { return }
        let dropped = queue.dropped
        let abilities = await abilities()
        // While a job is in hand, what it needs of this loop does not wait.
        let isBusy = !abilities.underWay.isEmpty
        let heartbeat = AgentHeartbeat(
            facts: facts, isIsolated: switching.isIsolated, queued: queue.entries.count, dropped: dropped,
            wait: isBusy ? min(2, Int(settings.poll / .seconds(1))) : Int(settings.poll / .seconds(1)),
            patching: abilities)
        let asked = ContinuousClock.now
        let work = try await client.work(heartbeat)
        try queue.told(dropped)
        try await take(work, abilities.nonce, asked: asked)
        for action in work.actions {
            if let result = journal.result(of: action) {
                // It was done, and the server did not hear of it.
                try queue.append(AgentJSON.encode(result), .result)
            } else {
                try perform(action)
            }
        }
        try await drain()
        if isBusy { try? await Task.sleep(for: .milliseconds(500)) }
    }

    private func perform(_ action: AgentWork.Action) throws {
        try journal.begin(action)
        let result: AgentResult
        do {
            result = AgentResult(id: action.id, state: .completed, message: try carryOut(action))
        } catch let error as AgentError {
            if case .state = error { throw error }
            result = AgentResult(id: action.id, state: .failed, message: error.message)
        }
        note("\(action.kind): \(result.message)")
        try settle(action, result)
    }

    /// The result is on the disk before the journal says that it is known.
    private func settle(_ action: AgentWork.Action, _ result: AgentResult) throws {
        try queue.append(AgentJSON.encode(result), .result)
        try journal.end(action, result)
    }

    private func carryOut(_ action: AgentWork.Action) throws -> String {
        switch DoableAction(rawValue: action.kind) {
        case .scan:
            try collect()
            return "The inventory was taken."
        case .isolate:
            try switching.isolate(address)
            return "The machine reaches nothing but the server."
        case .release:
            try switching.release()
            return "The machine reaches the network again."
        case .probe: return try probe(action)
        case nil:
            throw AgentError.refused(
                status: 422, code: "agent.unsupported", reason: "This agent does not know the action “\(action.kind)”.")
        }
    }

    private func probe(_ action: AgentWork.Action) throws -> String {
        let probe = try Probe(action.arguments)
        let found = probe.run()
        try queue.append(AgentJSON.encode(found), .neighbours)
        return "\(probe.asked) addresses were asked, \(found.count) answered."
    }
}

/// What this agent can do.
enum DoableAction: String {
    case scan, isolate, release, probe

    /// Whether doing it twice is as doing it once.
    var canRepeat: Bool {
        switch self {
        case .scan, .isolate, .release: true
        case .probe: false
        }
    }
}

extension AgentError {
    /// The server refuses the agent and not the report.
    var isAboutAgent: Bool { code.hasPrefix("agent.") }
}
