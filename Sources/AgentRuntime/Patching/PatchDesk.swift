import AgentProtocol
import Domain
import FoundationEssentials

/// Does what orders of patches say, one job after the other, beside the agent's loop: a machine whose download takes an hour
/// can be isolated meanwhile.
actor PatchDesk {
    struct Item {
        let order: PatchOrder
        /// It is not begun later.
        let until: ContinuousClock.Instant
    }

    let folder: StateFolder
    let settings: AgentSettings
    let client: AgentClient
    let note: @Sendable (String) -> Void
    var journal: PatchJournal
    private var waiting: [Item] = []
    private var current: PatchJob?
    /// Jobs that wait for the machine to go down.
    private var restarts: [PatchJob: PendingRestart] = [:]
    private(set) var wantsInventory = false
    private let bell = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    init(
        _ folder: StateFolder, _ settings: AgentSettings, _ client: AgentClient,
        note: @escaping @Sendable (String) -> Void
    ) throws {
        self.folder = folder
        self.settings = settings
        self.client = client
        self.note = note
        journal = try PatchJournal(folder)
    }

    /// Jobs that are in hand.
    var underWay: [String] {
        var jobs = waiting.map(\.order.job) + (journal.interrupted + journal.untold).map(\.order.job)
        if let current { jobs.append(current) }
        return Set(jobs.map(\.description)).sorted()
    }

    /// An order that is believed. One that is known is not done again; when its outcome is known, that is told again.
    func take(_ order: PatchOrder, until: ContinuousClock.Instant) throws(AgentError) {
        if var record = journal[order.job] {
            if record.outcome != nil {
                record.isTold = false
                try journal.save(record)
                bell.continuation.yield()
                return
            }
            // What was permitted to another process of this agent is looked at when it starts.
            if record.stage != .accepted { return }
        }
        guard current != order.job else { return }
        waiting.removeAll { $0.order.job == order.job }
        waiting.append(Item(order: order, until: until))
        bell.continuation.yield()
    }

    /// An order that is not carried out: the server does not wait for it. Of a job that is in hand, or was, what is not
    /// believed says nothing.
    func refuse(_ job: PatchJob, _ refusal: OrderRefusal) async {
        guard journal[job] == nil, !journal.unreadable.contains(job), current != job,
            !waiting.contains(where: { $0.order.job == job })
        else { return }
        _ = try? await client.report(
            PatchReport(
                job: job, phase: job.kind == .install ? .failed : .rollbackFailed, message: refusal.message))
    }

    /// The server has an inventory that was taken after it was asked for.
    func inventoryWasSent() { wantsInventory = false }

    /// Runs until it is cancelled.
    func run() async {
        for record in journal.interrupted {
            current = record.order.job
            await resume(record)
            current = nil
        }
        var bells = bell.stream.makeAsyncIterator()
        var backoff = Backoff(first: 2, longest: Double(settings.longestBackoff / .seconds(1)))
        while !Task.isCancelled {
            await endRestarts()
            let isHeard = await tell()
            if await sendLogs(isHeard) { backoff.succeeded() }
            if !waiting.isEmpty, !isGoingDown {
                let item = waiting.removeFirst()
                current = item.order.job
                await perform(item)
                current = nil
            } else if journal.untold.isEmpty, journal.unsentLogs.isEmpty {
                _ = await bells.next(isolation: #isolation)
            } else {
                // New jobs do not wait long for a log that cannot be taken now.
                let pause = backoff.failed()
                try? await Task.sleep(for: journal.untold.isEmpty ? min(pause, .seconds(15)) : pause)
            }
        }
    }

    /// Other jobs go on while the machine's users are told of a restart; the desk looks again when the time is over.
    func awaitRestart(_ record: PatchRecord, _ report: PatchReport) {
        let restart = PendingRestart(record, report, settings)
        restarts[record.order.job] = restart
        for time in [restart.goesDown, restart.isOver] {
            Task { [bell] in
                try? await Task.sleep(until: time + .milliseconds(1), clock: .continuous)
                bell.continuation.yield()
            }
        }
    }

    /// Nothing is begun that the restart would end in its middle.
    private var isGoingDown: Bool {
        restarts.values.contains { $0.goesDown - .now < PendingRestart.margin }
    }

    private func endRestarts() async {
        for (job, restart) in restarts where restart.isOver <= .now {
            restarts[job] = nil
            await withoutRestart(restart.record, restart.report, "The restart did not come about")
        }
    }

    /// Tells outcomes that the server does not have.
    ///
    /// - Returns: whether it has all of them.
    private func tell() async -> Bool {
        for record in journal.untold {
            guard let outcome = record.outcome else { continue }
            do {
                _ = try await client.report(outcome)
            } catch let error as AgentError where error.isFinal && !error.isAboutAgent {
                note("What came of \(record.order.job) was refused: \(error.message)")
            } catch {
                return false
            }
            var told = record
            told.isTold = true
            // It is told again after a restart where the disk is full.
            try? journal.save(told)
        }
        return journal.untold.isEmpty
    }

    /// Sends the logs of jobs whose outcome the server has; what it does not take it is not asked again.
    ///
    /// - Returns: whether it has all of them.
    private func sendLogs(_ isHeard: Bool) async -> Bool {
        guard isHeard else { return false }
        for record in journal.unsentLogs {
            do {
                try await client.report(PatchLogReport(job: record.order.job, log: log(of: record.order.job).whole))
            } catch let error as AgentError where error.isFinal && !error.isAboutAgent {
                note("The log of \(record.order.job) was refused: \(error.message)")
            } catch {
                return false
            }
            var sent = record
            sent.owesLog = false
            try? journal.save(sent)
        }
        return true
    }

    /// Has the loop report the packages; the outcome waits for it, so that findings are judged by what is there now.
    func sendInventory() async {
        wantsInventory = true
        let end = ContinuousClock.now + settings.inventoryWait
        while wantsInventory, ContinuousClock.now < end, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(100))
        }
    }
}

/// A restart that was asked for, with the outcome of its job where it does not come about.
struct PendingRestart {
    /// For so long before it, no job is begun.
    static let margin = Duration.seconds(900)

    let record: PatchRecord
    let report: PatchReport
    let goesDown: ContinuousClock.Instant
    let isOver: ContinuousClock.Instant

    init(_ record: PatchRecord, _ report: PatchReport, _ settings: AgentSettings) {
        self.record = record
        self.report = report
        goesDown = .now + .seconds(60 * record.order.reboot.noticeMinutes)
        isOver = goesDown + settings.restartWait
    }
}
